//! The process of the Tokio peers: `tokio-peer <flavour> <workload> <count> <inner> <warm-up ms> <warm-up runs>
//! <ms> <runs>`.
//! What it prints is specified in `PeerProcess.java`; what the workloads do, in `Peer.java`.

use std::env;
use std::fs;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc as sync_mpsc;
use std::task::Poll;
use std::thread;
use std::time::{Duration, Instant};
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio::task::{JoinHandle, coop, spawn, spawn_blocking, yield_now};
use tokio::time::sleep;

const FAR_OFF: Duration = Duration::from_secs(10);
const MEMORY_SLEEP: Duration = Duration::from_secs(600);
const SETTLING: Duration = Duration::from_millis(300);
const MEMORY_WARM_UP_TASKS: usize = 1_000;

fn main() {
    let args: Vec<String> = env::args().skip(1).collect();
    if args[1] == "version" {
        println!(
            "version Tokio {}, rustc {}",
            env!("TOKIO_VERSION"),
            env!("RUSTC_VERSION")
        );
        return;
    }
    let number = |i: usize| args[i].parse::<usize>().unwrap();
    let runtime = match args[0].as_str() {
        "multi-thread" => Builder::new_multi_thread().enable_time().build().unwrap(),
        "current-thread" => Builder::new_current_thread().enable_time().build().unwrap(),
        other => panic!("no flavour is named '{other}'"),
    };
    let workload = Workload {
        runtime,
        count: number(2),
        inner: number(3),
    };
    if args[1] == "memory" {
        workload.memory();
    } else {
        let millis = |i| Duration::from_millis(number(i) as u64);
        workload.runs(&args[1], millis(4), number(5));
        let times = workload.runs(&args[1], millis(6), number(7));
        let times: Vec<String> = times.iter().map(u128::to_string).collect();
        println!("nanos {}", times.join(" "));
    }
    // Nothing that still sleeps is waited for.
    process::exit(0);
}

struct Workload {
    runtime: Runtime,
    count: usize,
    inner: usize,
}

impl Workload {
    fn runs(&self, name: &str, min_time: Duration, min_runs: usize) -> Vec<u128> {
        let mut times = Vec::new();
        let begin = Instant::now();
        while times.len() < min_runs || begin.elapsed() < min_time {
            let start = Instant::now();
            self.run(name);
            times.push(start.elapsed().as_nanos());
        }
        times
    }

    fn run(&self, name: &str) {
        let (count, inner) = (self.count, self.inner);
        match name {
            "sleep" => self.runtime.block_on(sleepers(count, inner as u64)),
            "spawn-inside" => self.runtime.block_on(spawn_inside(count)),
            "spawn-outside" => spawn_outside(self.runtime.handle(), count, inner),
            "chain" => self.runtime.block_on(chain(count * inner)),
            "blocking" => self.runtime.block_on(blocking(count)),
            "yield" => self.runtime.block_on(yields(count, inner)),
            "ping-pong" => self.runtime.block_on(ping_pong(count, inner)),
            "channel-1-1" => self.runtime.block_on(channel(1, 1, count, inner)),
            "channel-8-1" => self.runtime.block_on(channel(8, 1, count, inner)),
            "channel-1-8" => self.runtime.block_on(channel(1, 8, count, inner)),
            "channel-8-8" => self.runtime.block_on(channel(8, 8, count, inner)),
            "timer" => self.runtime.block_on(timers(count)),
            other => panic!("no workload is named '{other}'"),
        }
    }

    fn memory(&self) {
        self.runtime.block_on(sleepers(MEMORY_WARM_UP_TASKS, 1));
        let before = resident_bytes();
        let (done, all) = countdown(self.count);
        let count = self.count;
        let fall_asleep = async move {
            for _ in 0..count {
                spawn(async move {
                    done.count_down();
                    sleep(MEMORY_SLEEP).await;
                });
            }
        };
        self.runtime.block_on(fall_asleep);
        all.recv().unwrap();
        thread::sleep(SETTLING);
        println!("resident {}", resident_bytes() - before);
    }
}

async fn join_all(handles: Vec<JoinHandle<()>>) {
    for handle in handles {
        handle.await.unwrap();
    }
}

async fn sleepers(tasks: usize, millis: u64) {
    let duration = Duration::from_millis(millis);
    join_all((0..tasks).map(|_| spawn(sleep(duration))).collect()).await;
}

async fn spawn_inside(tasks: usize) {
    let root = spawn(async move { join_all((0..tasks).map(|_| spawn(async {})).collect()).await });
    root.await.unwrap();
}

fn spawn_outside(handle: &Handle, tasks: usize, spawners: usize) {
    let (done, all) = countdown(tasks);
    for spawner in 0..spawners {
        let share = tasks / spawners + usize::from(spawner < tasks % spawners);
        let handle = handle.clone();
        thread::spawn(move || {
            for _ in 0..share {
                handle.spawn(async move { done.count_down() });
            }
        });
    }
    all.recv().unwrap();
}

async fn chain(links: usize) {
    let (done, all) = oneshot::channel();
    link(links, done);
    all.await.unwrap();
}

fn link(left: usize, done: oneshot::Sender<()>) {
    if left == 0 {
        done.send(()).unwrap();
    } else {
        spawn(async move { link(left - 1, done) });
    }
}

async fn blocking(tasks: usize) {
    join_all((0..tasks).map(|_| spawn_blocking(|| {})).collect()).await;
}

async fn yields(tasks: usize, yields: usize) {
    let task = move || async move {
        for _ in 0..yields {
            yield_now().await;
        }
    };
    join_all((0..tasks).map(|_| spawn(task())).collect()).await;
}

async fn ping_pong(pairs: usize, round_trips: usize) {
    let mut handles = Vec::with_capacity(2 * pairs);
    for _ in 0..pairs {
        let (send_there, mut there) = mpsc::channel::<usize>(1);
        let (send_back, mut back) = mpsc::channel::<usize>(1);
        handles.push(spawn(async move {
            for i in 0..round_trips {
                send_there.send(i).await.unwrap();
                back.recv().await.unwrap();
            }
        }));
        handles.push(spawn(async move {
            for _ in 0..round_trips {
                let message = there.recv().await.unwrap();
                send_back.send(message).await.unwrap();
            }
        }));
    }
    join_all(handles).await;
}

/// An mpsc has one receiver. Several share it behind a mutex, as their users have them do.
async fn channel(senders: usize, receivers: usize, elements: usize, capacity: usize) {
    let (sender, mut receiver) = mpsc::channel::<usize>(capacity);
    let mut handles = Vec::with_capacity(senders + receivers);
    if receivers == 1 {
        handles.push(spawn(async move {
            for _ in 0..elements {
                receiver.recv().await.unwrap();
            }
        }));
    } else {
        let receiver = Arc::new(Mutex::new(receiver));
        for _ in 0..receivers {
            let receiver = receiver.clone();
            handles.push(spawn(async move {
                for _ in 0..elements / receivers {
                    receiver.lock().await.recv().await.unwrap();
                }
            }));
        }
    }
    for _ in 0..senders {
        let sender = sender.clone();
        handles.push(spawn(async move {
            for i in 0..elements / senders {
                sender.send(i).await.unwrap();
            }
        }));
    }
    join_all(handles).await;
}

/// A timer is set by the first poll of its sleep and cancelled by its drop. Without `unconstrained`, all but the first
/// polls would find the task's budget spent and set none.
async fn timers(timers: usize) {
    let task = coop::unconstrained(async move {
        for _ in 0..timers {
            let mut timer = pin!(sleep(FAR_OFF));
            poll_fn(|context| {
                assert!(timer.as_mut().poll(context).is_pending());
                Poll::Ready(())
            })
            .await;
        }
    });
    spawn(task).await.unwrap();
}

/// Tells an ordinary thread that so many tasks have run. One a run is leaked: reference counts would cost each task two
/// more atomic operations, which the peers with garbage collectors do not have.
struct Countdown {
    left: AtomicUsize,
    zero: sync_mpsc::Sender<()>,
}

fn countdown(count: usize) -> (&'static Countdown, sync_mpsc::Receiver<()>) {
    let (zero, all) = sync_mpsc::channel();
    (
        Box::leak(Box::new(Countdown {
            left: AtomicUsize::new(count),
            zero,
        })),
        all,
    )
}

impl Countdown {
    fn count_down(&self) {
        if self.left.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.zero.send(()).unwrap();
        }
    }
}

fn resident_bytes() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmRSS:"))
        .unwrap();
    line.split_whitespace()
        .nth(1)
        .unwrap()
        .parse::<u64>()
        .unwrap()
        * 1024
}
