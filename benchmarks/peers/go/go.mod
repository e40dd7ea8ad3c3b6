module heddle.dev/benchmarks/go-peer

go 1.25
