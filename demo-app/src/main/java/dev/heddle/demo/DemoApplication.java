package dev.heddle.demo;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** The application: a Redis-compatible server whose every connection, timer and snapshot is a task of the runtime. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class DemoApplication {

    /** Starts it; a SIGTERM ends it. */
    public static void main(String[] arguments) {
        SpringApplication application = new SpringApplication(DemoApplication.class);
        // Before anybody is served: the first client may already be followed by the signal.
        application.addInitializers(TerminationSignal::closes);
        application.run(arguments);
    }
}
