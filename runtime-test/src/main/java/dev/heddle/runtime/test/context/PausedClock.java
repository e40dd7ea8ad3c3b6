package dev.heddle.runtime.test.context;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.TestPropertySource;

/**
 * Has the auto-configured runtime of a {@code @SpringBootTest} start with its clock paused, which needs the current-thread
 * flavour, whatever number of workers the application asks for. What goes by the runtime's clock, such as the timeouts of {@code @AsyncTask} and {@code Time.interval}, stands
 * still while anything runs, and is through at once when nothing can.
 *
 * <p>The test moves the time with the bean {@link dev.heddle.runtime.time.RuntimeClock}. In an application that serves
 * connections, whose acceptor waits for real clients, that is the only way in which it moves.
 */
@Documented
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@TestPropertySource(properties = {"heddle.flavor=current-thread", "heddle.worker-threads="})
@Import(PausedClockConfiguration.class)
public @interface PausedClock {}
