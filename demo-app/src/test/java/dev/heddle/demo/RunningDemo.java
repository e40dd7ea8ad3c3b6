package dev.heddle.demo;

import static java.lang.annotation.RetentionPolicy.RUNTIME;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.Target;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.test.annotation.DirtiesContext;

/** A test of the whole application, on ports of its own and with a snapshot file of its own. */
@Target(ElementType.TYPE)
@Retention(RUNTIME)
@DirtiesContext
@SpringBootTest(
        classes = DemoApplication.class,
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "heddle.tcp-servers.redis.port=0",
            "demo.snapshot.file=target/snapshots/${random.uuid}",
            "demo.snapshot.interval=0"
        })
public @interface RunningDemo {}
