package io.dromedary.app;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import io.dromedary.config.Environment;
import io.dromedary.demo.DemoUpstream;
import io.dromedary.demo.LocalSwitch;

/** Starts the gateway in front of two embedded upstreams, one of which can be taken down: a fallback to look at. */
@Command(name = "demo", mixinStandardHelpOptions = true,
        description = "Starts the gateway on two embedded upstreams, to try it.")
public final class DemoCommand implements Callable<Integer> {

    private static final String KEY = "sk-local-dev-key";
    private static final String REQUEST =
            "{\"model\": \"qwen3.5-local\", \"messages\": [{\"role\": \"user\", \"content\": \"hello\"}]}";

    @Option(names = "--port", paramLabel = "N", defaultValue = "4000", description = "The gateway's port (${DEFAULT-VALUE})")
    private int port;

    @Option(names = "--host", paramLabel = "H", defaultValue = "127.0.0.1", description = "The gateway's address (${DEFAULT-VALUE})")
    private String host;

    @Option(names = "--local-port", paramLabel = "N", defaultValue = "4001",
            description = "The local upstream's port (${DEFAULT-VALUE})")
    private int localPort;

    @Option(names = "--cloud-port", paramLabel = "N", defaultValue = "4002",
            description = "The cloud upstream's port (${DEFAULT-VALUE})")
    private int cloudPort;

    @Override
    public Integer call() throws Exception {
        LogLevel.set(Optional.ofNullable(System.getenv("LITELLM_LOG")));
        Path home = Home.find();
        DemoUpstream local = new DemoUpstream("local", localPort, home.resolve("demo/routes"));
        DemoUpstream cloud = new DemoUpstream("cloud", cloudPort, home.resolve("demo/routes"));
        Map<String, String> variables = new HashMap<>(System.getenv());
        variables.put("LITELLM_MASTER_KEY", KEY);
        variables.put("LOCAL_API_BASE", local.baseUrl());
        variables.put("CLOUD_API_BASE", cloud.baseUrl());
        Gateway gateway = new Gateway(home, home.resolve("demo/litellm_config.yaml"), Environment.of(variables));
        gateway.start(host, port);
        local.start();
        cloud.startWithSwitch(new LocalSwitch(local));
        EndOfProcess.cleanly(() -> {
            gateway.close();
            local.close();
            cloud.close();
        });
        StartReport.print(gateway, host);
        System.out.println(hints(firstAnswer()));
        return ServeCommand.KEEPS_RUNNING;
    }

    /** Asks the gateway once, as the printed line does, so that a newcomer sees an answer without typing. */
    private String firstAnswer() throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/chat/completions"))
                .header("Authorization", "Bearer " + KEY).header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(REQUEST)).build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body();
    }

    private String hints(String answer) {
        String gateway = "http://localhost:" + port;
        String control = "http://localhost:" + cloudPort + "/demo/local/";
        return """

                Try it:

                  curl %s/v1/chat/completions \\
                    -H "Authorization: Bearer %s" -H "Content-Type: application/json" \\
                    -d '%s'

                It answers:

                  %s

                Add "stream": true to see tokens come. Then take the local upstream down, and ask again:

                  curl -X POST %sdown

                The cloud answers; -i shows x-litellm-attempted-fallbacks: 1. To bring local back: curl -X POST %sup
                """.formatted(gateway, KEY, REQUEST, answer, control, control);
    }
}
