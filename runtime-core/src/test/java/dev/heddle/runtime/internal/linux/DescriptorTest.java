package dev.heddle.runtime.internal.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DescriptorTest {

    private static final int SOCK_STREAM = 1;
    private static final int SO_TYPE = 3;

    private static int typeOf(int fd) {
        int[] type = {0};
        int result = SocketCalls.getsockopt(fd, SocketOptions.SOL_SOCKET, SO_TYPE, type);
        return result < 0 ? result : type[0];
    }

    @Test
    void noCallMeetsADescriptorThatWasGivenBack() throws Exception {
        assumeThat(NativeAccess.unavailableReason()).isEmpty();
        try (ExecutorService executor = Executors.newFixedThreadPool(3)) {
            for (int round = 0; round < 300; round++) {
                Descriptor descriptor = new Descriptor(SocketCalls.socket(SocketAddresses.AF_INET, SOCK_STREAM));
                List<Future<Integer>> callers = new ArrayList<>();
                for (int i = 0; i < 2; i++) {
                    callers.add(executor.submit(() -> {
                        int calls = 0;
                        for (; descriptor.tryEnter(); calls++) {
                            try {
                                assertThat(typeOf(descriptor.fd())).isEqualTo(SOCK_STREAM);
                            } finally {
                                descriptor.leave();
                            }
                        }
                        return calls;
                    }));
                }
                for (int spins = round * 10; spins > 0; spins--) {
                    Thread.onSpinWait();
                }
                descriptor.closeWhenUnused();
                descriptor.closeWhenUnused();
                for (Future<Integer> caller : callers) {
                    assertThat(caller.get()).isNotNegative();
                }
            }
        }
    }

    @Test
    void afterTheCloseNoCallBegins() {
        assumeThat(NativeAccess.unavailableReason()).isEmpty();
        Descriptor descriptor = new Descriptor(SocketCalls.socket(SocketAddresses.AF_INET, SOCK_STREAM));
        assertThat(descriptor.isOpen()).isTrue();
        descriptor.closeWhenUnused();
        assertThat(descriptor.isOpen()).isFalse();
        assertThat(descriptor.tryEnter()).isFalse();
        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(descriptor::enter);
    }
}
