package dev.heddle.runtime.internal.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class NanosecondWaitTest {

    private static final int EPERM = 1;
    private static final int ENOSYS = 38;

    @ParameterizedTest
    @ValueSource(ints = {EPERM, ENOSYS})
    void whereTheSystemHasNoneOrForbidsItWaitsAreOfMilliseconds(int errno) throws Exception {
        assumeThat(NativeAccess.unavailableReason()).isEmpty();
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Filtered.class.getName(),
                        Integer.toString(errno))
                .redirectErrorStream(true)
                .start();
        try {
            String output = new String(process.getInputStream().readAllBytes(), UTF_8);
            assumeThat(output).as("filters can be had here").doesNotContain("no filter");
            assertThat(output).isEqualToIgnoringNewLines("waited twice");
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    /** Waits under a filter that has {@code epoll_pwait2} fail. */
    static final class Filtered {

        private static final int PR_SET_SECCOMP = 22;
        private static final int PR_SET_NO_NEW_PRIVS = 38;
        private static final int SECCOMP_MODE_FILTER = 2;
        private static final int EPOLL_PWAIT2 = 441;

        private static final short LOAD_WORD = 0x20;
        private static final short JUMP_IF_EQUAL = 0x15;
        private static final short RETURN = 0x06;
        private static final int ALLOW = 0x7fff0000;
        private static final int FAIL_WITH = 0x00050000;

        private Filtered() {}

        static void main(String[] arguments) throws Throwable {
            if (!filter(Integer.parseInt(arguments[0]))) {
                System.out.println("no filter");
                return;
            }
            Epoll epoll = Epoll.open();
            epoll.await(1_000);
            epoll.await(1_000);
            epoll.close();
            System.out.println("waited twice");
        }

        @SuppressWarnings("restricted") // there is no other way to have a filter
        private static boolean filter(int errno) throws Throwable {
            MethodHandle prctl = Linker.nativeLinker()
                    .downcallHandle(
                            Linker.nativeLinker().defaultLookup().findOrThrow("prctl"),
                            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG),
                            Linker.Option.firstVariadicArg(1));
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment program = program(arena, errno);
                return (int) prctl.invokeExact(PR_SET_NO_NEW_PRIVS, 1L, MemorySegment.NULL, 0L, 0L) == 0
                        && (int) prctl.invokeExact(PR_SET_SECCOMP, (long) SECCOMP_MODE_FILTER, program, 0L, 0L) == 0;
            }
        }

        /** Writes a {@code sock_fprog}. Each instruction is its code, two distances to jump, and a number. */
        private static MemorySegment program(Arena arena, int errno) {
            MemorySegment instructions = arena.allocate(4 * 8, 8);
            put(instructions, 0, LOAD_WORD, 0, 0);
            put(instructions, 1, JUMP_IF_EQUAL, 1, EPOLL_PWAIT2);
            put(instructions, 2, RETURN, 0, FAIL_WITH | errno);
            put(instructions, 3, RETURN, 0, ALLOW);
            MemorySegment program = arena.allocate(16, 8);
            program.set(JAVA_SHORT, 0, (short) 4);
            program.set(ADDRESS, 8, instructions);
            return program;
        }

        private static void put(MemorySegment to, int index, short code, int ifFalse, int number) {
            to.set(JAVA_SHORT, index * 8L, code);
            to.set(JAVA_SHORT, index * 8L + 2, (short) (ifFalse << 8));
            to.set(JAVA_INT, index * 8L + 4, number);
        }
    }
}
