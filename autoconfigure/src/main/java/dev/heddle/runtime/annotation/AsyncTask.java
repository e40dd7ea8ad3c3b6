package dev.heddle.runtime.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.aot.hint.annotation.Reflective;
import org.springframework.core.annotation.AliasFor;

/**
 * Runs a bean's method as a task: the call spawns the task on the {@link dev.heddle.runtime.AsyncRuntime} and returns
 * at once.
 *
 * <pre>{@code
 * @AsyncTask(name = "send-mail", timeout = 5000)
 * CompletableFuture<Receipt> send(Mail mail) {
 *     Receipt receipt = client.post(mail); // suspends the task, holds no worker
 *     return CompletableFuture.completedFuture(receipt);
 * }
 * }</pre>
 *
 * <h2>Which methods</h2>
 *
 * <p>The bean is proxied, so the annotation works on a call that comes from another bean. A call of the object's own
 * methods ({@code this.send(mail)}) does not pass the proxy and runs as an ordinary call on the caller's thread. The
 * annotation also counts when it sits on the method of an interface or a superclass that the method implements or
 * overrides.
 *
 * <p>A private, static or final method, a final class or record, a return type other than the ones below, a limit that is
 * no positive duration, or Spring's {@code @Async} beside this annotation makes the creation of the bean fail with an error
 * that says which method and why; for a singleton that is at start-up. A final class or record is accepted where it is
 * proxied by an interface that it implements: with {@code spring.aop.proxy-target-class=false}, or if it, or its
 * {@code @Bean} method, is annotated with
 * {@link org.springframework.context.annotation.Proxyable @Proxyable(ProxyType.INTERFACES)}. A bean that is a lambda or a
 * JDK proxy, such as an HTTP client made from an interface, always is, and its interface bears the annotation.
 *
 * <h2>What the caller gets</h2>
 *
 * <table>
 * <caption>Return types</caption>
 * <tr><th>declared</th><th>the caller gets</th></tr>
 * <tr><td>{@code void}</td><td>nothing; a failure goes to the runtime's
 *     {@link dev.heddle.runtime.UncaughtTaskHandler}</td></tr>
 * <tr><td>{@link dev.heddle.runtime.task.JoinHandle}, {@link java.util.concurrent.Future}</td><td>the task's own
 *     handle. A failure that nobody observes through it goes to the uncaught handler</td></tr>
 * <tr><td>{@link java.util.concurrent.CompletableFuture}, {@link java.util.concurrent.CompletionStage}</td><td>a future
 *     of the task. As with any such future, a failure is the holder's to look at</td></tr>
 * </table>
 *
 * <p>The future or handle that the <em>body</em> returns is not the one that the caller has: the task waits for it
 * (suspended, or on its thread of the blocking pool) and passes its result on; {@code null} stands for a result of
 * {@code null}. A body with a plain value at hand returns {@code CompletableFuture.completedFuture(value)}, or
 * {@link TaskResult#of} where a handle or a {@code Future} is declared.
 *
 * <h2>How it ends</h2>
 *
 * <ul>
 *   <li><b>Failure.</b> What the body throws, or the future that it returned fails with, completes the caller's future
 *       as it is, without a wrapper of ours.
 *   <li><b>Cancel.</b> Cancelling the future, or aborting the handle, aborts the task: if it has not begun it never
 *       runs, else its thread is interrupted. A future that the body has returned and the task is waiting for is
 *       cancelled as well; hand out a {@link java.util.concurrent.CompletableFuture#copy() copy} of one that others
 *       share. An abort does not reach back: no caller is told but by its future.
 *   <li><b>Timeout.</b> The limit counts from the moment the body begins. When it passes, the body is interrupted, and
 *       the future that it returned cancelled; when the body then ends by an exception, the task fails with a
 *       {@link java.util.concurrent.TimeoutException} that names task and limit. A body that returns a result all the
 *       same has it delivered, and one that ignores interrupts is waited for.
 *   <li><b>Shutdown.</b> While the application closes, tasks have {@code heddle.shutdown.timeout} to end, and are then
 *       aborted. Every future completes.
 *   <li><b>Refusal.</b> A call that cannot become a task throws a {@link java.util.concurrent.RejectedExecutionException}
 *       to its caller, whatever the method returns. That is when the queue of the blocking pool is full, and, as a
 *       {@link dev.heddle.runtime.RuntimeClosedException}, when the application closes: for calls that do not come from a
 *       task from the beginning of that time, for all from its end.
 * </ul>
 *
 * <p>With {@code heddle.enabled=false} the annotation has no effect, and the methods run on their callers' threads.
 *
 * <p>May be used as a meta-annotation.
 */
@Documented
@Reflective
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
public @interface AsyncTask {

    /** Alias of {@link #name}. */
    @AliasFor("name")
    String value() default "";

    /**
     * What the task is called in listings and logs, and the key of its settings in {@code heddle.tasks.<name>}, where
     * neither hyphens nor case matter: {@code send-mail} has its limit also from the environment variable
     * {@code HEDDLE_TASKS_SENDMAIL_TIMEOUT}. Default: the class and the method, as in {@code MailService.send}; of a lambda
     * or a JDK proxy the interface that declares the method. Several methods may share a name.
     */
    @AliasFor("value")
    String name() default "";

    /** Where the task runs. */
    Kind kind() default Kind.ASYNC;

    /**
     * The most time that the task may take, in milliseconds; {@code -1} for no limit. The property
     * {@code heddle.tasks.<name>.timeout} outranks it.
     */
    long timeout() default -1;

    /**
     * The most time that the task may take, as text: {@code 500ms}, {@code 2s}, {@code PT2S}, a number of milliseconds,
     * or a placeholder such as {@code ${mail.timeout}}. Empty or {@code -1} for no limit. Not to be combined with
     * {@link #timeout}.
     */
    String timeoutString() default "";

    /** Where a task runs. */
    enum Kind {
        /**
         * On the workers. The body is ordinary code, and whatever waits in it suspends the task without holding a worker:
         * sockets, JDBC, locks, {@code Thread.sleep}.
         */
        ASYNC,
        /**
         * On a platform thread of the blocking pool: for file I/O, native calls and long computations, which would hold a
         * worker.
         */
        BLOCKING
    }
}
