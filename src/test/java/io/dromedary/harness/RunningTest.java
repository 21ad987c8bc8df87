package io.dromedary.harness;

import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;

/** Knows which test runs now, as {@code Class.method}; in one process, they run one after the other. */
public final class RunningTest implements TestExecutionListener {

    private static volatile String name = "none";

    /** The test that runs, or the last that did. */
    public static String name() {
        return name;
    }

    @Override
    public void executionStarted(TestIdentifier test) {
        test.getSource().filter(MethodSource.class::isInstance).map(MethodSource.class::cast).ifPresent(source ->
                name = source.getClassName().substring(source.getClassName().lastIndexOf('.') + 1) + "."
                        + source.getMethodName());
    }
}
