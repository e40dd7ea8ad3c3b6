/** The runtime, without Spring. */
module dev.heddle.runtime {
    requires org.jctools.core.jdk11;
    requires static transitive org.jspecify;

    exports dev.heddle.runtime;
    exports dev.heddle.runtime.metrics;
    exports dev.heddle.runtime.net;
    exports dev.heddle.runtime.sync;
    exports dev.heddle.runtime.task;
    exports dev.heddle.runtime.time;
}
