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
        TerminationSignal.closes(SpringApplication.run(DemoApplication.class, arguments));
    }
}
