package io.dromedary.app.command;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.dromedary.settings.SettingFault;

/** Asks a running gateway how it stands. */
final class RemoteState {

    private static final Duration LONGEST = Duration.ofSeconds(5);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(LONGEST).build();
    private final HttpRequest request;

    /**
     * @param url of the gateway, without the API's path
     * @param key its master key; null for none
     * @throws SettingFault if it is no URL
     */
    RemoteState(String url, String key) {
        HttpRequest.Builder builder;
        try {
            builder = HttpRequest.newBuilder(URI.create(url.replaceFirst("/+$", "") + "/ui/api/state"))
                    .timeout(LONGEST);
        } catch (IllegalArgumentException e) {
            throw new SettingFault("--url is '" + url + "': write one such as http://localhost:4000");
        }
        request = key == null ? builder.build() : builder.header("Authorization", "Bearer " + key).build();
    }

    /**
     * The answer of {@code /ui/api/state}.
     *
     * @throws IOException  if nobody answers
     * @throws SettingFault if the gateway does not tell it: a wrong key, or {@code gateway.ui=false}
     */
    JsonNode read() throws IOException, InterruptedException {
        HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        return switch (answer.statusCode()) {
            case 200 -> JSON.readTree(answer.body());
            case 401 -> throw new SettingFault("The gateway refuses the key: name it with --key, or set "
                    + "LITELLM_MASTER_KEY here or in .env");
            case 404 -> throw new SettingFault("The gateway tells nothing at " + request.uri().getPath()
                    + ": it has gateway.ui=false, or is another program");
            default -> throw new IOException("the gateway answers " + answer.statusCode());
        };
    }
}
