package dev.heddle.runtime;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jetbrains.kotlinx.lincheck.Actor;
import org.jetbrains.kotlinx.lincheck.execution.ExecutionResult;
import org.jetbrains.kotlinx.lincheck.execution.ExecutionScenario;
import org.jetbrains.kotlinx.lincheck.util.ExceptionResult;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jetbrains.lincheck.datastructures.verifier.Verifier;

/**
 * Runs a model in many interleavings under the model checker Lincheck.
 *
 * <p>A model is a public class whose every {@link Operation} is what one thread does, once; its {@link Validate} method
 * says what must hold when all of them are through. A search fails when that throws, when a thread throws or when all
 * threads hang. Lincheck's own mode, random calls compared with a sequential twin, says less here: a steal may come back
 * with nothing for reasons that no sequential queue has, and what counts is that nothing is lost.
 *
 * <p>The checker decides at each access of memory which thread goes on, so it sees every order but no reordering: fences
 * and memory modes are the matter of the {@code jcstress} tests. It lets {@code LockSupport.park} return for no reason, so
 * it finds a waiter whose condition never comes true, and not one that nobody unparks.
 */
public final class Interleavings {

    private static final int INVOCATIONS = 2_000;

    /** How much longer than in the ordinary test command to search. */
    public static final int EFFORT = Integer.getInteger("heddle.proof.effort", 1);

    private Interleavings() {}

    /** Fails if an interleaving is found that breaks the model. */
    public static void check(Class<?> model) {
        check(model, INVOCATIONS);
    }

    /** The same with fewer interleavings, for models whose threads spin, each turn of which the checker follows. */
    public static void checkBriefly(Class<?> model) {
        check(model, INVOCATIONS / 8);
    }

    private static void check(Class<?> model, int invocations) {
        List<List<Actor>> threads = methods(model, Operation.class)
                .map(method -> List.of(new Actor(method, List.of())))
                .toList();
        Actor validation = new Actor(methods(model, Validate.class).findFirst().orElseThrow(), List.of());
        new ModelCheckingOptions()
                .iterations(0)
                .invocationsPerIteration(invocations * EFFORT)
                .verifier(NobodyThrows.class)
                .minimizeFailedScenario(false)
                .addCustomScenario(new ExecutionScenario(List.of(), threads, List.of(), validation))
                .check(model);
    }

    private static Stream<Method> methods(Class<?> model, Class<? extends Annotation> annotation) {
        return Arrays.stream(model.getMethods())
                .filter(method -> method.isAnnotationPresent(annotation))
                .sorted(Comparator.comparing(Method::getName));
    }

    /** Accepts whatever the threads return, but no exception. Made by the checker. */
    public static final class NobodyThrows implements Verifier {

        public NobodyThrows(Class<?> model) {}

        @Override
        public boolean verifyResults(ExecutionScenario scenario, ExecutionResult result) {
            return result.getThreadsResultsWithClock().stream()
                    .flatMap(List::stream)
                    .noneMatch(returned -> returned.getResult() instanceof ExceptionResult);
        }
    }
}
