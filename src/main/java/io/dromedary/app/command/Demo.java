package io.dromedary.app.command;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

import io.dromedary.app.process.Home;
import io.dromedary.app.serve.Gateway;
import io.dromedary.config.Environment;
import io.dromedary.demo.DemoUpstream;
import io.dromedary.demo.LocalSwitch;

/** The gateway in front of two embedded upstreams on this machine, one of which can be taken down. */
final class Demo implements AutoCloseable {

    /** The master key. */
    static final String KEY = "sk-local-dev-key";

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final DemoUpstream local;
    private final DemoUpstream cloud;
    private final Gateway gateway;

    /** Prepares it, with the upstreams on these ports of the loopback address. */
    Demo(int localPort, int cloudPort) {
        Path home = Home.find();
        local = new DemoUpstream("local", localPort, home.resolve("demo/routes"));
        cloud = new DemoUpstream("cloud", cloudPort, home.resolve("demo/routes"));
        Map<String, String> variables = new HashMap<>(System.getenv());
        variables.put("LITELLM_MASTER_KEY", KEY);
        variables.put("LOCAL_API_BASE", local.baseUrl());
        variables.put("CLOUD_API_BASE", cloud.baseUrl());
        gateway = new Gateway(home, home.resolve("demo/litellm_config.yaml"), () -> Environment.of(variables));
    }

    /**
     * Starts it.
     *
     * @param port the gateway's; 0 for any that is free
     * @throws Exception if a port is taken
     */
    void start(String host, int port) throws Exception {
        gateway.start(host, port);
        local.start();
        cloud.startWithSwitch(new LocalSwitch(local));
    }

    /** The gateway. */
    Gateway gateway() {
        return gateway;
    }

    /** Closes the local upstream's port, as its switch does. */
    void takeLocalDown() {
        local.close();
    }

    /** Posts JSON to the gateway with that key; what it answers. */
    String ask(String path, String key, String json) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.port() + path))
                .header("Authorization", "Bearer " + key).header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json)).build();
        return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }

    @Override
    public void close() {
        gateway.close();
        local.close();
        cloud.close();
    }
}
