//! The process of the Tokio peers: `tokio-peer <flavour> <workload> <count> <inner> <warm-up ms> <warm-up runs>
//! <ms> <runs>
//! [<port>]`, or `tokio-peer <flavour> serve <buffer bytes>`, which ends with its input.
//! What it prints is specified in `PeerProcess.java`; what the workloads do, in `Peer.java`.

use std::env;
use std::fs;
use std::future::{Future, poll_fn};
use std::io;
use std::net::Ipv4Addr;
use std::pin::pin;
use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc as sync_mpsc;
use std::task::Poll;
use std::thread;
use std::time::{Duration, Instant};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio::task::{JoinHandle, coop, spawn, spawn_blocking, yield_now};
use tokio::time::{sleep, sleep_until};
use tokio_rustls::rustls::pki_types::{IpAddr, PrivateKeyDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore, ServerConfig};
use tokio_rustls::{TlsAcceptor, TlsConnector, TlsStream};

/// That of the other peers; `TcpListener::bind` would let 128 wait.
const BACKLOG: u32 = 1024;
const FAR_OFF: Duration = Duration::from_secs(10);
const SETTING: Duration = Duration::from_micros(6);
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
        "multi-thread" => Builder::new_multi_thread().enable_all().build().unwrap(),
        "current-thread" => Builder::new_current_thread().enable_all().build().unwrap(),
        other => panic!("no flavour is named '{other}'"),
    };
    if args[1] == "serve" {
        let port = runtime.block_on(serve_echo(number(2), None));
        println!("port {port}");
        for _ in io::stdin().lines() {
            println!("use {}", resident_bytes());
        }
        process::exit(0);
    }
    let workload = Workload {
        runtime,
        count: number(2),
        inner: number(3),
    };
    if args[1] == "memory" {
        workload.memory();
    } else {
        let millis = |i| Duration::from_millis(number(i) as u64);
        let name = args[1].as_str();
        let tls = name.ends_with("-tls").then(tls_ends);
        let server = message_bytes(name).map(|bytes| {
            let port = args.get(8).map(|_| number(8) as u16);
            let port = port.unwrap_or_else(|| {
                let acceptor = tls.as_ref().map(|(acceptor, _)| acceptor.clone());
                workload.runtime.block_on(serve_echo(bytes, acceptor))
            });
            (port, bytes)
        });
        let measure = |min_time, min_runs| match (server, &tls) {
            (None, _) => workload.measure(name, min_time, min_runs),
            (Some((port, bytes)), None) => {
                let clients = workload.connect(port, bytes, async |stream| stream);
                workload.measure_clients(clients, name, min_time, min_runs)
            }
            (Some((port, bytes)), Some((_, connector))) => {
                let clients = workload.connect(port, bytes, async |stream| {
                    let to = ServerName::IpAddress(IpAddr::from(Ipv4Addr::LOCALHOST));
                    TlsStream::from(connector.connect(to, stream).await.unwrap())
                });
                workload.measure_clients(clients, name, min_time, min_runs)
            }
        };
        measure(millis(4), number(5));
        let times = measure(millis(6), number(7));
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

fn time(run: impl FnOnce()) -> u128 {
    let start = Instant::now();
    run();
    start.elapsed().as_nanos()
}

fn runs(measure: &impl Fn() -> u128, min_time: Duration, min_runs: usize) -> Vec<u128> {
    let mut times = Vec::new();
    let begin = Instant::now();
    while times.len() < min_runs || begin.elapsed() < min_time {
        times.push(measure());
    }
    times
}

/// How long the messages of a workload are, if it sends any.
fn message_bytes(workload: &str) -> Option<usize> {
    match workload {
        "echo" | "echo-tls" => Some(64),
        "stream" | "stream-tls" => Some(64 << 10),
        _ => None,
    }
}

impl Workload {
    fn measure(&self, name: &str, min_time: Duration, min_runs: usize) -> Vec<u128> {
        let time = || match name {
            "timer-lateness" => self.fire(),
            "timer-cpu" => {
                let before = cpu_nanos();
                self.fire();
                cpu_nanos() - before
            }
            _ => time(|| self.run(name)),
        };
        runs(&time, min_time, min_runs)
    }

    fn measure_clients(
        &self,
        clients: Clients<impl Connection>,
        name: &str,
        min_time: Duration,
        min_runs: usize,
    ) -> Vec<u128> {
        let run = || {
            if name.starts_with("echo") {
                self.runtime.block_on(clients.echo(self.inner));
            } else {
                self.runtime.block_on(clients.stream(self.inner));
            }
        };
        let times = runs(&|| time(run), min_time, min_runs);
        self.runtime.block_on(clients.shut_down());
        times
    }

    /// Opens connections, and has `secure` put them under TLS or not.
    fn connect<S: Connection>(
        &self,
        port: u16,
        bytes: usize,
        secure: impl AsyncFn(TcpStream) -> S,
    ) -> Clients<S> {
        self.runtime.block_on(async {
            let mut streams = Vec::with_capacity(self.count);
            for _ in 0..self.count {
                let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))
                    .await
                    .unwrap();
                stream.set_nodelay(true).unwrap();
                streams.push(Arc::new(Mutex::new(secure(stream).await)));
            }
            Clients { streams, bytes }
        })
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
            "timer-threads" => timers_from_threads(self.runtime.handle(), count, inner),
            other => panic!("no workload is named '{other}'"),
        }
    }

    /// Has timers fire evenly spread over `inner` milliseconds, after the time it may take to set them; returns the
    /// lateness that one in a thousand exceeds.
    fn fire(&self) -> u128 {
        let (count, span) = (self.count, Duration::from_millis(self.inner as u64));
        let begin = Instant::now() + SETTING * count as u32;
        self.runtime.block_on(async move {
            let handles: Vec<JoinHandle<u128>> = (0..count)
                .map(|i| {
                    let due = begin + span.mul_f64(i as f64 / count as f64);
                    spawn(async move {
                        sleep_until(due.into()).await;
                        due.elapsed().as_nanos()
                    })
                })
                .collect();
            let mut late = Vec::with_capacity(count);
            for handle in handles {
                late.push(handle.await.unwrap());
            }
            late.sort_unstable();
            late[((count - 1) as f64 * 0.999) as usize]
        })
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
    spawn(set_and_cancel(timers)).await.unwrap();
}

fn set_and_cancel(timers: usize) -> impl Future<Output = ()> + Send {
    coop::unconstrained(async move {
        for _ in 0..timers {
            let mut timer = pin!(sleep(FAR_OFF));
            poll_fn(|context| {
                assert!(timer.as_mut().poll(context).is_pending());
                Poll::Ready(())
            })
            .await;
        }
    })
}

/// Threads that are not the runtime's, each of which polls its timers with the runtime's handle.
fn timers_from_threads(handle: &Handle, count: usize, threads: usize) {
    let setters: Vec<_> = (0..threads)
        .map(|_| {
            let handle = handle.clone();
            thread::spawn(move || handle.block_on(set_and_cancel(count / threads)))
        })
        .collect();
    for setter in setters {
        setter.join().unwrap();
    }
}

/// A connection, under TLS or not, that a task can read and write at the same time.
trait Connection: AsyncRead + AsyncWrite + Unpin + Send + 'static {
    fn halves(
        &mut self,
    ) -> (
        impl AsyncRead + Unpin + Send,
        impl AsyncWrite + Unpin + Send,
    );
}

impl Connection for TcpStream {
    fn halves(
        &mut self,
    ) -> (
        impl AsyncRead + Unpin + Send,
        impl AsyncWrite + Unpin + Send,
    ) {
        self.split()
    }
}

impl Connection for TlsStream<TcpStream> {
    fn halves(
        &mut self,
    ) -> (
        impl AsyncRead + Unpin + Send,
        impl AsyncWrite + Unpin + Send,
    ) {
        tokio::io::split(self)
    }
}

/// Both ends of connections under TLS: who has a new key, and who trusts nobody else.
fn tls_ends() -> (TlsAcceptor, TlsConnector) {
    let made = rcgen::generate_simple_self_signed([Ipv4Addr::LOCALHOST.to_string()]).unwrap();
    let certificate = made.cert.der().clone();
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let mut trusted = RootCertStore::empty();
    trusted.add(certificate.clone()).unwrap();
    let server = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    let client = ClientConfig::builder()
        .with_root_certificates(trusted)
        .with_no_client_auth();
    (Arc::new(server).into(), Arc::new(client).into())
}

/// Serves on a port that the system chooses, a task a connection, under TLS if there is an acceptor for it.
async fn serve_echo(buffer_bytes: usize, acceptor: Option<TlsAcceptor>) -> u16 {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(([127, 0, 0, 1], 0).into()).unwrap();
    let listener = socket.listen(BACKLOG).unwrap();
    let port = listener.local_addr().unwrap().port();
    spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            stream.set_nodelay(true).unwrap();
            match acceptor.clone() {
                None => spawn(send_back(stream, buffer_bytes)),
                Some(acceptor) => spawn(async move {
                    send_back(acceptor.accept(stream).await.unwrap(), buffer_bytes).await;
                }),
            };
        }
    });
    port
}

async fn send_back(mut stream: impl AsyncRead + AsyncWrite + Unpin, buffer_bytes: usize) {
    let mut buffer = vec![0; buffer_bytes];
    loop {
        let count = stream.read(&mut buffer).await.unwrap();
        if count == 0 {
            return;
        }
        stream.write_all(&buffer[..count]).await.unwrap();
        stream.flush().await.unwrap();
    }
}

/// Open connections to an echo server. Their locks are never contended: a run has a connection for itself.
struct Clients<S> {
    streams: Vec<Arc<Mutex<S>>>,
    bytes: usize,
}

impl<S: Connection> Clients<S> {
    async fn echo(&self, round_trips: usize) {
        let bytes = self.bytes;
        let task = |stream: &Arc<Mutex<S>>| {
            let stream = stream.clone();
            spawn(async move {
                let mut stream = stream.lock().await;
                let mut buffer = vec![0; bytes];
                for _ in 0..round_trips {
                    stream.write_all(&buffer).await.unwrap();
                    stream.flush().await.unwrap();
                    stream.read_exact(&mut buffer).await.unwrap();
                }
            })
        };
        join_all(self.streams.iter().map(task).collect()).await;
    }

    async fn stream(&self, messages: usize) {
        let bytes = self.bytes;
        let task = |stream: &Arc<Mutex<S>>| {
            let stream = stream.clone();
            spawn(async move {
                let mut stream = stream.lock().await;
                let (mut reader, mut writer) = stream.halves();
                let write = async {
                    let buffer = vec![0; bytes];
                    for _ in 0..messages {
                        writer.write_all(&buffer).await.unwrap();
                    }
                    writer.flush().await.unwrap();
                };
                let read = async {
                    let mut buffer = vec![0; bytes];
                    let mut left = messages * bytes;
                    while left > 0 {
                        left -= reader.read(&mut buffer).await.unwrap();
                    }
                };
                tokio::join!(write, read);
            })
        };
        join_all(self.streams.iter().map(task).collect()).await;
    }

    /// Tells the server that no more will come.
    async fn shut_down(&self) {
        for stream in &self.streams {
            stream.lock().await.shutdown().await.unwrap();
        }
    }
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

/// The time of all threads on processors, to a hundredth of a second, which is the unit of the file.
fn cpu_nanos() -> u128 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat
        .rsplit(')')
        .next()
        .unwrap()
        .split_whitespace()
        .collect();
    (fields[11].parse::<u128>().unwrap() + fields[12].parse::<u128>().unwrap()) * 10_000_000
}
