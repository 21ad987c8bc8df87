package io.dromedary.harness;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Starts the upstreams and gateways of a test class and closes them: after each test, or after the last one where all
 * tests of the class share one instance of it ({@code @TestInstance(PER_CLASS)}). What was started last is closed
 * first, so that a gateway is gone before another process's test can get the port of its upstream.
 */
public final class Fixture implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {

    private final Deque<AutoCloseable> started = new ArrayDeque<>();
    private boolean shared;

    /** An upstream that answers every chat request with "hello". */
    public FakeUpstream upstream() {
        return closing(FakeUpstream.start());
    }

    /** A gateway with that model list. */
    public RunningGateway gateway(String config) {
        return gateway(config, Map.of());
    }

    /** A gateway with that model list, and properties other than the project's. */
    public RunningGateway gateway(String config, Map<String, String> properties) {
        return gateway(config, properties, Map.of());
    }

    /** A gateway with route files of the test's own beside the project's, see {@link RunningGateway}. */
    public RunningGateway gateway(String config, Map<String, String> properties, Map<String, String> routes) {
        return closing(RunningGateway.with(config, properties, routes));
    }

    /** Has something else closed too that a test has started. */
    public <T extends AutoCloseable> T closing(T what) {
        started.push(what);
        return what;
    }

    /** JUnit asks this of an extension in an instance only where the tests share the instance. */
    @Override
    public void beforeAll(ExtensionContext context) {
        shared = true;
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        if (!shared) {
            close();
        }
    }

    @Override
    public void afterAll(ExtensionContext context) throws Exception {
        close();
    }

    /** Closes all of it, whatever one of them throws: a gateway fails the test here that let a key out. */
    private void close() throws Exception {
        Throwable failure = null;
        while (!started.isEmpty()) {
            try {
                started.pop().close();
            } catch (Exception | AssertionError e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure != null) {
            throw (Exception) failure;
        }
    }
}
