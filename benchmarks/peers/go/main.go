// The process of the Go peer: go-peer <workload> <count> <inner> <warm-up ms> <warm-up runs> <ms> <runs> [<port>],
// or go-peer serve <buffer bytes>, which ends with its input.
// What it prints is specified in PeerProcess.java; what the workloads do, in Peer.java.
package main

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"math/big"
	"net"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

const (
	farOff            = 10 * time.Second
	memorySleep       = 10 * time.Minute
	settling          = 300 * time.Millisecond
	memoryWarmUpTasks = 1_000
)

// What a workload does, given its two sizes.
var workloads = map[string]func(count, inner int){
	"sleep":         func(count, inner int) { sleepers(count, time.Duration(inner)*time.Millisecond) },
	"spawn-inside":  func(count, _ int) { spawnInside(count) },
	"spawn-outside": spawnOutside,
	"chain":         func(count, inner int) { chain(count * inner) },
	"yield":         yields,
	"ping-pong":     pingPong,
	"channel-1-1":   func(count, inner int) { channel(1, 1, count, inner) },
	"channel-8-1":   func(count, inner int) { channel(8, 1, count, inner) },
	"channel-1-8":   func(count, inner int) { channel(1, 8, count, inner) },
	"channel-8-8":   func(count, inner int) { channel(8, 8, count, inner) },
	"timer":         func(count, _ int) { timers(count) },
}

// How long the messages are of the workloads that send any.
var messageBytes = map[string]int{"echo": 64, "echo-tls": 64, "stream": 64 << 10, "stream-tls": 64 << 10}

func main() {
	name := os.Args[1]
	if name == "version" {
		fmt.Println("version Go", strings.TrimPrefix(runtime.Version(), "go"))
		return
	}
	if name == "memory" {
		memory(number(2))
		return
	}
	if name == "blocking" {
		// Every goroutine may block its thread: there is no pool for it.
		fmt.Println("none pool")
		return
	}
	if name == "serve" {
		fmt.Println("port", serveEcho(number(2), nil))
		for input := bufio.NewScanner(os.Stdin); input.Scan(); {
			fmt.Println("use", residentBytes())
		}
		return
	}
	measure := func(minMillis, minRuns int) []time.Duration {
		return runs(func() { workloads[name](number(2), number(3)) }, minMillis, minRuns)
	}
	if bytes := messageBytes[name]; bytes > 0 {
		var config *tls.Config
		if strings.HasSuffix(name, "-tls") {
			config = tlsConfig()
		}
		port := 0
		if len(os.Args) > 8 {
			port = number(8)
		} else {
			port = serveEcho(bytes, config)
		}
		measure = func(minMillis, minRuns int) []time.Duration {
			clients := connect(port, number(2), config)
			defer clients.close()
			return runs(func() { clients.run(name, number(3), bytes) }, minMillis, minRuns)
		}
	}
	measure(number(4), number(5))
	fmt.Print("nanos")
	for _, nanos := range measure(number(6), number(7)) {
		fmt.Print(" ", nanos.Nanoseconds())
	}
	fmt.Println()
}

func number(argument int) int {
	value, err := strconv.Atoi(os.Args[argument])
	if err != nil {
		panic(err)
	}
	return value
}

func runs(run func(), minMillis, minRuns int) (times []time.Duration) {
	for begin := time.Now(); len(times) < minRuns || time.Since(begin) < time.Duration(minMillis)*time.Millisecond; {
		start := time.Now()
		run()
		times = append(times, time.Since(start))
	}
	return times
}

// A goroutine has no handle; a WaitGroup is how one waits for many.
func joinAll(tasks int, body func()) {
	var group sync.WaitGroup
	group.Add(tasks)
	for range tasks {
		go func() {
			body()
			group.Done()
		}()
	}
	group.Wait()
}

func sleepers(tasks int, duration time.Duration) {
	joinAll(tasks, func() { time.Sleep(duration) })
}

func spawnInside(tasks int) {
	done := make(chan struct{})
	go func() {
		joinAll(tasks, func() {})
		close(done)
	}()
	<-done
}

// There is no outside: the spawners are goroutines that keep a thread each.
func spawnOutside(tasks, spawners int) {
	done := newCountdown(tasks)
	for spawner := range spawners {
		share := tasks / spawners
		if spawner < tasks%spawners {
			share++
		}
		go func() {
			runtime.LockOSThread()
			for range share {
				go done.countDown()
			}
		}()
	}
	<-done.zero
}

func chain(links int) {
	done := make(chan struct{})
	link(links, done)
	<-done
}

func link(left int, done chan struct{}) {
	if left == 0 {
		close(done)
	} else {
		go link(left-1, done)
	}
}

func yields(tasks, yields int) {
	joinAll(tasks, func() {
		for range yields {
			runtime.Gosched()
		}
	})
}

func pingPong(pairs, roundTrips int) {
	var group sync.WaitGroup
	for range pairs {
		there, back := make(chan int), make(chan int)
		group.Add(2)
		go func() {
			for i := range roundTrips {
				there <- i
				<-back
			}
			group.Done()
		}()
		go func() {
			for range roundTrips {
				back <- <-there
			}
			group.Done()
		}()
	}
	group.Wait()
}

func channel(senders, receivers, elements, capacity int) {
	var group sync.WaitGroup
	group.Add(senders + receivers)
	channel := make(chan int, capacity)
	for range receivers {
		go func() {
			for range elements / receivers {
				<-channel
			}
			group.Done()
		}()
	}
	for range senders {
		go func() {
			for i := range elements / senders {
				channel <- i
			}
			group.Done()
		}()
	}
	group.Wait()
}

// A channel timer enters the heap only while somebody waits for it; one with a function does so at once.
func timers(timers int) {
	joinAll(1, func() {
		for range timers {
			time.AfterFunc(farOff, func() {}).Stop()
		}
	})
}

// tlsConfig is that of both ends: who has a new key, and trusts nobody else.
func tlsConfig() *tls.Config {
	key := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		NotAfter:     time.Now().Add(time.Hour),
		IPAddresses:  []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der := must(x509.CreateCertificate(rand.Reader, template, template, key.Public(), key))
	trusted := x509.NewCertPool()
	trusted.AddCert(must(x509.ParseCertificate(der)))
	return &tls.Config{
		Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}},
		RootCAs:      trusted,
	}
}

// Serves on a port that the system chooses, a goroutine a connection, under TLS if there is a configuration for it.
func serveEcho(bufferBytes int, config *tls.Config) int {
	listener := must(net.Listen("tcp", "127.0.0.1:0"))
	port := listener.Addr().(*net.TCPAddr).Port
	if config != nil {
		listener = tls.NewListener(listener, config)
	}
	go func() {
		for {
			connection := must(listener.Accept())
			go func() {
				buffer := make([]byte, bufferBytes)
				for {
					count, err := connection.Read(buffer)
					if err == io.EOF {
						return
					}
					must(connection.Write(buffer[:must(count, err)]))
				}
			}()
		}
	}()
	return port
}

// clients are open connections to an echo server.
type clients []net.Conn

func connect(port, connections int, config *tls.Config) (all clients) {
	address := fmt.Sprint("127.0.0.1:", port)
	for range connections {
		if config == nil {
			all = append(all, must(net.Dial("tcp", address)))
		} else {
			all = append(all, must(tls.Dial("tcp", address, config)))
		}
	}
	return all
}

func (all clients) close() {
	for _, connection := range all {
		connection.Close()
	}
}

func (all clients) run(name string, inner, bytes int) {
	var group sync.WaitGroup
	for _, connection := range all {
		if strings.HasPrefix(name, "echo") {
			group.Go(func() {
				buffer := make([]byte, bytes)
				for range inner {
					must(connection.Write(buffer))
					must(io.ReadFull(connection, buffer))
				}
			})
		} else {
			group.Go(func() {
				buffer := make([]byte, bytes)
				for range inner {
					must(connection.Write(buffer))
				}
			})
			group.Go(func() {
				buffer := make([]byte, bytes)
				for left := inner * bytes; left > 0; {
					left -= must(connection.Read(buffer))
				}
			})
		}
	}
	group.Wait()
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func memory(tasks int) {
	sleepers(memoryWarmUpTasks, time.Millisecond)
	before := residentBytes()
	asleep := newCountdown(tasks)
	for range tasks {
		go func() {
			asleep.countDown()
			time.Sleep(memorySleep)
		}()
	}
	<-asleep.zero
	time.Sleep(settling)
	fmt.Println("resident", residentBytes()-before)
}

func residentBytes() int {
	debug.FreeOSMemory()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		panic(err)
	}
	_, rest, _ := strings.Cut(string(status), "VmRSS:")
	kilobytes, err := strconv.Atoi(strings.Fields(rest)[0])
	if err != nil {
		panic(err)
	}
	return kilobytes * 1024
}

// countdown tells one who waits that so many tasks have run.
type countdown struct {
	left atomic.Int64
	zero chan struct{}
}

func newCountdown(count int) *countdown {
	done := &countdown{zero: make(chan struct{})}
	done.left.Store(int64(count))
	return done
}

func (done *countdown) countDown() {
	if done.left.Add(-1) == 0 {
		close(done.zero)
	}
}
