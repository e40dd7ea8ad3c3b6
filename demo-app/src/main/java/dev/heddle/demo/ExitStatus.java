package dev.heddle.demo;

import org.springframework.boot.ExitCodeGenerator;
import org.springframework.stereotype.Component;

/** The exit status of the process: 0, unless something went wrong that whoever restarts it must know. */
@Component
public final class ExitStatus implements ExitCodeGenerator {

    private volatile boolean failed;

    /** Makes the status 1. */
    public void fail() {
        failed = true;
    }

    @Override
    public int getExitCode() {
        return failed ? 1 : 0;
    }
}
