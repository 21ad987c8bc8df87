package io.dromedary.grammar;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

import io.dromedary.harness.RunningGateway;

/**
 * Raw requests, each with a name: proper ones, and each of them with one element of its grammar written in another way.
 * A byte is a char here, so that requests may hold any. The same at each run.
 */
final class RawRequests {

    private static final long SEED = 20261128;
    private static final int RANDOM_BYTES = 400;
    private static final String CHAT = RunningGateway.chat("only", false);
    private static final String KEY = "Authorization: Bearer " + RunningGateway.KEY + "\r\n";
    /** What may stand between two parts of a request, in the place of what should. */
    private static final List<String> SEPARATORS = List.of("", " ", "  ", "\t", "\r", "\n", "\r\n", "\u0000", "\u000b",
            "\f", "\u00a0",
            "\u0001", "\u007f", "\u0085", "\u00ff", ";", ":", ",", "\"", "\r\n ", "\r\n\t", "\r\r\n", "\n\r", " \r\n",
            "\u0000\r\n");
    private static final List<String> ODD = List.of("\u0000", "\u0001", "\b", "\t", "\n", "\u000b", "\r", "\u001b", " ",
            "\"", "(", ",",
            "/", ":", ";", "<", "=", "?", "@", "[", "\\", "{", "|", "\u007f", "\u0080", "\u00ff");

    private final Map<String, String> all = new LinkedHashMap<>();

    private RawRequests() {
    }

    /** Name to bytes. */
    static Map<String, String> all() {
        RawRequests requests = new RawRequests();
        requests.proper();
        requests.requestLines();
        requests.fields();
        requests.lengths();
        requests.chunks();
        requests.between();
        requests.random();
        return requests.all;
    }

    /** A request in the parts that are varied: each variant replaces one of them. */
    private static List<String> parts(String body, String framing) {
        return new ArrayList<>(List.of("POST", " ", "/v1/chat/completions", " ", "HTTP/", "1", ".", "1", "\r\n", "Host",
                ":", " ", "x", "\r\n",
                "Authorization", ":", " ", "Bearer " + RunningGateway.KEY, "\r\n", framing, "\r\n", body));
    }

    private static String post(String lines, String body) {
        return "POST /v1/chat/completions HTTP/1.1\r\n" + KEY + lines + "\r\n" + body;
    }

    private static String chunked(String body) {
        return post("Host: x\r\nTransfer-Encoding: chunked\r\n", body);
    }

    private static String hex(int number) {
        return Integer.toHexString(number);
    }

    private void proper() {
        String length = "Content-Length: " + CHAT.length() + "\r\n";
        all.put("proper: a length", post("Host: x\r\n" + length, CHAT));
        all.put("proper: chunks", chunked(hex(CHAT.length()) + "\r\n" + CHAT + "\r\n0\r\n\r\n"));
        all.put("proper: no body", "GET /health/liveness HTTP/1.1\r\nHost: x\r\n\r\n");
        all.put("proper: HTTP/1.0", "GET /health/liveness HTTP/1.0\r\n\r\n");
        all.put("proper: an address", "GET http://x/health/liveness HTTP/1.1\r\nHost: x\r\n\r\n");
        all.put("proper: a port", "GET /health/liveness HTTP/1.1\r\nHost: [::1]:4000\r\n\r\n");
        all.put("proper: chunk extension and trailer", chunked(hex(CHAT.length()) + ";a=b;c=\"d \\\" e\"\r\n" + CHAT
                + "\r\n000;x\r\nTrailer-Field: y\r\n\r\n"));
    }

    private void requestLines() {
        List<String> parts = parts(CHAT, "Content-Length: " + CHAT.length() + "\r\n");
        for (int i = 0; i < parts.size() - 2; i++) {
            for (String separator : SEPARATORS) {
                vary("in the place of part " + i, parts, i, separator);
                vary("before part " + i, parts, i, separator + parts.get(i));
            }
            if (parts.get(i).length() > 1) {
                for (String odd : ODD) {
                    vary("inside part " + i, parts, i, parts.get(i).charAt(0) + odd + parts.get(i).substring(1));
                }
            }
        }
        for (String method : List.of("post", "Post", "GET", "CONNECT", "TRACE", "OPTIONS", "PRI", "A", "P0ST", "POST-",
                "x".repeat(300))) {
            vary("method", parts, 0, method);
        }
        for (String target : List.of("*", "x", "x:1", "//", "/../..", "/%00", "/%", "/%zz", "http://", "http:///x",
                "ftp://x/y", "?", "#",
                "/v1/chat/completions#x", "/v1/chat/completions?a b", "/" + "x".repeat(9000))) {
            vary("target", parts, 2, target);
        }
        for (String version : List.of("HTTP/1.2", "HTTP/1.10", "HTTP/2.0", "HTTP/0.9", "HTTP/11", "HTTP/1.", "HTTP/.1",
                "http/1.1", "HTTP/01.1",
                "HTTP/1.1 ", "HTTP", "")) {
            all.put("version '" + version + "'", post("Host: x\r\nContent-Length: " + CHAT.length() + "\r\n", CHAT)
                    .replace(" HTTP/1.1", " " + version));
        }
    }

    private void vary(String name, List<String> parts, int i, String with) {
        List<String> varied = new ArrayList<>(parts);
        varied.set(i, with);
        all.put(name + ": " + shown(with), String.join("", varied));
    }

    private void fields() {
        String length = "Content-Length: " + CHAT.length() + "\r\n";
        for (String host : List.of("", "Host:\r\n", "Host: x\r\nHost: x\r\n", "Host: x\r\nHost: y\r\n", "Host: x y\r\n",
                "Host: x/y\r\n",
                "Host: x\u0000\r\n", "Host: x\\y\r\n", "Host: [::1\r\n", "Host: x:y\r\n", "Host : x\r\n",
                " Host: x\r\n", "Host: \u00ff\r\n",
                "Host: x\r\n\tHost: y\r\n", "Host: x@y\r\n", "Host: x?y\r\n", "Host: x#y\r\n", "Host: x,y\r\n",
                "Host: ..\r\n")) {
            all.put("host " + shown(host), post(host + length, CHAT));
        }
        for (String odd : ODD) {
            all.put("name with " + shown(odd), post("Host: x\r\nX" + odd + "Y: z\r\n" + length, CHAT));
            all.put("name is " + shown(odd), post("Host: x\r\n" + odd + ": z\r\n" + length, CHAT));
            all.put("value with " + shown(odd), post("Host: x\r\nX-Y: a" + odd + "b\r\n" + length, CHAT));
            all.put("value is " + shown(odd), post("Host: x\r\nX-Y:" + odd + "\r\n" + length, CHAT));
        }
        all.put("no colon", post("Host: x\r\nNothing\r\n" + length, CHAT));
        all.put("no name", post("Host: x\r\n: z\r\n" + length, CHAT));
        all.put("many fields", post("Host: x\r\n" + "X-Y: z\r\n".repeat(5000) + length, CHAT));
        all.put("long value", post("Host: x\r\nX-Y: " + "z".repeat(40_000) + "\r\n" + length, CHAT));
    }

    private void lengths() {
        String n = String.valueOf(CHAT.length());
        for (String value : List.of("+" + n, "-" + n, "0" + n, " " + n, n + " ", n + "," + n, n + ", " + n, n + " " + n,
                n + "x", "x" + n,
                "0x" + hex(CHAT.length()), n + ".0", n + "e0", "", "99999999999999999999", "18446744073709551617",
                "9223372036854775808",
                "\"" + n + "\"", n + ";", n + "\u0000", n + "\u000b", "-0", "-1", "\u0661")) {
            all.put("length '" + shown(value) + "'", post("Host: x\r\nContent-Length:" + value + "\r\n", CHAT));
        }
        for (String encoding : List.of("chunked", "Chunked", "chunked,", ",chunked", "chunked, chunked", "identity",
                "gzip", "gzip, chunked",
                "chunked, gzip", "xchunked", "chunkedx", "chunked;q=1", "\"chunked\"", "chunked \t", "\u000bchunked",
                "chun ked", "",
                "chunked\r\nTransfer-Encoding: chunked", "chunked\r\nTransfer-Encoding: identity",
                "identity\r\nTransfer-Encoding: chunked",
                "chunked\r\nContent-Length: " + n, "x\r\nContent-Length: " + n)) {
            String body = hex(CHAT.length()) + "\r\n" + CHAT + "\r\n0\r\n\r\n";
            all.put("encoding " + shown(encoding), post("Host: x\r\nTransfer-Encoding: " + encoding + "\r\n", body));
            all.put("encoding under 1.0 " + shown(encoding),
                    post("Host: x\r\nConnection: keep-alive\r\nTransfer-Encoding: " + encoding
                    + "\r\n", body).replace("HTTP/1.1", "HTTP/1.0"));
        }
        all.put("two lengths", post("Host: x\r\nContent-Length: " + n + "\r\nContent-Length: " + n + "\r\n", CHAT));
        all.put("two other lengths", post("Host: x\r\nContent-Length: " + n + "\r\nContent-Length: 1\r\n", CHAT));
        all.put("length and chunks", post("Host: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n",
                "0\r\n\r\n"));
        all.put("length and chunks under 1.0",
                post("Host: x\r\nConnection: keep-alive\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n",
                "0\r\n\r\n").replace("HTTP/1.1", "HTTP/1.0"));
    }

    private void chunks() {
        String size = hex(CHAT.length());
        for (String separator : SEPARATORS) {
            all.put("before a size " + shown(separator), chunked(separator + size + "\r\n" + CHAT + "\r\n0\r\n\r\n"));
            all.put("after a size " + shown(separator), chunked(size + separator + CHAT + "\r\n0\r\n\r\n"));
            all.put("after a size, with its line end " + shown(separator), chunked(size + separator + "\r\n" + CHAT
                    + "\r\n0\r\n\r\n"));
            all.put("after a chunk " + shown(separator), chunked(size + "\r\n" + CHAT + separator + "0\r\n\r\n"));
            all.put("after the last size " + shown(separator), chunked(size + "\r\n" + CHAT + "\r\n0" + separator
                    + "\r\n"));
            all.put("in the place of the end " + shown(separator), chunked(size + "\r\n" + CHAT + "\r\n0\r\n"
                    + separator));
        }
        for (String wrong : List.of("0x" + size, "+" + size, "-" + size, size + " x", size + "g", "",
                "ffffffffffffffff", "fffffffffffffffff",
                "7fffffffffffffff", "8000000000000000", "1" + "0".repeat(16) + size, "\"" + size + "\"", size + ".",
                size + ",",
                "0".repeat(20) + size)) {
            all.put("size " + shown(wrong), chunked(wrong + "\r\n" + CHAT + "\r\n0\r\n\r\n"));
        }
        for (String extension : List.of(";", ";;", ";a", ";a=", ";=b", ";a=b", "; a = b", ";a=\"b\"", ";a=\"b",
                ";a=\"\r\nX\r\n", ";a\u0000",
                ";a\u0001", ";a=\"\\\"", ";" + "x".repeat(900), ";" + "x".repeat(20_000))) {
            all.put("extension " + shown(extension), chunked(size + extension + "\r\n" + CHAT + "\r\n0\r\n\r\n"));
        }
        for (String trailer : List.of("X: y", "X : y", "X", ": y", "X: y\r\n z", "X: a\u0000b", "X: a\nb",
                "Content-Length: 5",
                "Transfer-Encoding: chunked", "X: " + "y".repeat(40_000))) {
            all.put("trailer " + shown(trailer), chunked(size + "\r\n" + CHAT + "\r\n0\r\n" + trailer + "\r\n\r\n"));
        }
    }

    private void between() {
        for (String separator : SEPARATORS) {
            all.put("before a request " + shown(separator), separator + post("Host: x\r\nContent-Length: "
                    + CHAT.length() + "\r\n", CHAT));
            all.put("between two requests " + shown(separator), "GET /health/liveness HTTP/1.1\r\nHost: x\r\n\r\n"
                    + separator
                    + "GET /health/liveness HTTP/1.1\r\nHost: x\r\n\r\n");
        }
    }

    /** One byte of a proper request changed, taken away or added, anywhere in it. */
    private void random() {
        Random random = new Random(SEED);
        List<String> proper = all.entrySet().stream().filter(entry -> entry.getKey().startsWith("proper")).map(Map.Entry::getValue).toList();
        for (int i = 0; i < RANDOM_BYTES; i++) {
            StringBuilder bytes = new StringBuilder(proper.get(random.nextInt(proper.size())));
            int at = random.nextInt(bytes.length());
            char with = (char) random.nextInt(256);
            switch (random.nextInt(3)) {
                case 0 -> bytes.setCharAt(at, with);
                case 1 -> bytes.deleteCharAt(at);
                default -> bytes.insert(at, with);
            }
            all.put("random " + i, bytes.toString());
        }
    }

    /** {@code text} as it can be printed. */
    static String shown(String text) {
        StringBuilder out = new StringBuilder();
        text.chars().limit(80).forEach(c -> out.append(c >= ' ' && c < 127 ? String.valueOf((char) c)
                : String.format("\\x%02x", c)));
        return out.append(text.length() > 80 ? "..." : "").toString();
    }
}
