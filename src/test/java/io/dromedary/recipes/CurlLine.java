package io.dromedary.recipes;

import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.dromedary.harness.RunningGateway;

/**
 * A {@code curl} command of a page, as the request that it sends: {@code -H}, {@code -d}, {@code -X}, {@code -s},
 * {@code -N}, {@code -i}.
 */
final class CurlLine {

    private static final Pattern WORD = Pattern.compile("'([^']*)'|\"((?:[^\"\\\\]|\\\\.)*)\"|(\\S+)");
    private static final String BASE = "http://localhost:4000";

    private CurlLine() {
    }

    /** The request, sent to {@code gateway} in place of port 4000; {@code variables} fill in {@code $NAME}. */
    static HttpRequest request(String command, RunningGateway gateway, Map<String, String> variables) {
        List<String> words = words(command.replace("\\\n", " ").strip(), variables);
        if (!words.remove(0).equals("curl")) {
            throw new IllegalArgumentException("no curl command: " + command);
        }
        String method = null;
        String path = null;
        String body = null;
        List<String> headers = new ArrayList<>();
        for (int i = 0; i < words.size(); i++) {
            switch (words.get(i)) {
                case "-s", "-N", "-i" -> { }
                case "-H" -> headers.add(words.get(++i));
                case "-d" -> body = words.get(++i);
                case "-X" -> method = words.get(++i);
                default -> path = words.get(i);
            }
        }
        if (path == null || !path.startsWith(BASE)) {
            throw new IllegalArgumentException("is sent to " + path + " and not to " + BASE);
        }
        if (body != null && headers.stream().noneMatch(header -> header.toLowerCase().startsWith("content-type:"))) {
            headers.add("Content-Type: application/x-www-form-urlencoded"); // as curl does
        }
        HttpRequest.Builder request = gateway.request(path.substring(BASE.length()));
        headers.forEach(header -> request.header(header.substring(0, header.indexOf(':')),
                header.substring(header.indexOf(':') + 1).strip()));
        return request.method(method != null ? method : body == null ? "GET" : "POST",
                body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body)).build();
    }

    private static List<String> words(String command, Map<String, String> variables) {
        List<String> words = new ArrayList<>();
        Matcher word = WORD.matcher(command);
        while (word.find()) {
            if (word.group(1) != null) {
                words.add(word.group(1)); // nothing is filled in between single quotes
            } else {
                String text = word.group(2) != null ? word.group(2).replace("\\\"", "\"") : word.group(3);
                for (Map.Entry<String, String> variable : variables.entrySet()) {
                    text = text.replace("$" + variable.getKey(), variable.getValue());
                }
                words.add(text);
            }
        }
        return words;
    }
}
