package io.dromedary.demo;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;

import org.apache.camel.Processor;
import org.apache.camel.main.Main;

import io.dromedary.settings.SettingFault;

/**
 * One embedded upstream of the demo: Camel routes on a server of their own, on the loopback address. Can be stopped,
 * which closes its port, and started again.
 */
public final class DemoUpstream implements AutoCloseable {

    private final String name;
    private final int port;
    private final Path routes;
    private Main main;

    /**
     * @param name   what it calls itself in its answers
     * @param routes the folder with the demo's route files
     */
    public DemoUpstream(String name, int port, Path routes) {
        this.name = name;
        this.port = port;
        this.routes = routes;
    }

    /**
     * Opens the port, without the switch for the other upstream.
     *
     * @throws Exception if the port is taken
     */
    public void start() throws Exception {
        start("upstream.camel.yaml", null);
    }

    /**
     * Opens the port, with the switch.
     *
     * @throws Exception if the port is taken
     */
    public void startWithSwitch(Processor localSwitch) throws Exception {
        start("*.camel.yaml", localSwitch);
    }

    private synchronized void start(String files, Processor localSwitch) throws Exception {
        if (main != null) {
            return;
        }
        requireFree();
        Main starting = new Main();
        starting.addOverrideProperty("camel.main.name", "demo-" + name);
        starting.addOverrideProperty("camel.main.routesIncludePattern",
                "file:" + routes.toAbsolutePath() + "/" + files);
        starting.addOverrideProperty("camel.server.enabled", "true");
        starting.addOverrideProperty("camel.server.host", "127.0.0.1");
        starting.addOverrideProperty("camel.server.port", String.valueOf(port));
        starting.addOverrideProperty("camel.main.shutdownTimeout", "1");
        starting.addOverrideProperty("demo.name", name);
        if (localSwitch != null) {
            starting.bind("localSwitch", localSwitch);
        }
        starting.start();
        main = starting;
    }

    /** Camel's own server only logs that its port is taken, and goes on without one. */
    private void requireFree() {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress("127.0.0.1", port));
        } catch (IOException e) {
            throw new SettingFault("Port " + port + " for the demo's " + name
                    + " upstream is taken. Name another with --"
                    + name + "-port");
        }
    }

    /** Where it is, as an {@code api_base}. */
    public String baseUrl() {
        return "http://127.0.0.1:" + port + "/v1";
    }

    @Override
    public synchronized void close() {
        if (main != null) {
            main.stop();
            main = null;
        }
    }
}
