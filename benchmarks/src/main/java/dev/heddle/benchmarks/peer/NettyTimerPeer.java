package dev.heddle.benchmarks.peer;

import io.netty.util.HashedWheelTimer;
import io.netty.util.Timeout;
import java.util.concurrent.TimeUnit;

/** Netty's timer, with the resolution of a millisecond that the others have. */
final class NettyTimerPeer extends TimerPeer {

    private final HashedWheelTimer timer = new HashedWheelTimer(1, TimeUnit.MILLISECONDS);

    @Override
    Runnable set(Runnable callback, long nanos) {
        Timeout timeout = timer.newTimeout(_ -> callback.run(), nanos, TimeUnit.NANOSECONDS);
        return timeout::cancel;
    }

    @Override
    public void close() {
        timer.stop();
    }
}
