package io.dromedary.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.RawClient;
import io.dromedary.harness.RunningGateway;

/** How the operator's page is served. What it shows is tested in a browser, see {@code src/test/page}. */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PageTest {

    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream local = fixture.upstream();
    private final RunningGateway gateway = fixture.gateway(RunningGateway.single(local));

    private HttpResponse<String> keyless(String path, String... headers) {
        return gateway.send(gateway.request(path, headers).GET().build());
    }

    private static String header(HttpResponse<?> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    /** Where the page's first script is, as an absolute path. */
    private String script() {
        Matcher found = Pattern.compile("src=\"(assets/[0-9a-f]+/app\\.js)\"").matcher(keyless("/ui/").body());
        assertTrue(found.find());
        return "/ui/" + found.group(1);
    }

    @Test
    void thePageComesWithoutAKeyWithAndWithoutASlashAndIsNotKept() {
        for (String path : List.of("/ui", "/ui/")) {
            HttpResponse<String> page = keyless(path);
            assertEquals(200, page.statusCode());
            assertEquals("no-store", header(page, "cache-control"));
            assertEquals("text/html; charset=utf-8", header(page, "content-type"));
            assertTrue(page.body().contains("src=\"" + (path.endsWith("/") ? "assets/" : "ui/assets/")), page.body());
        }
    }

    @Test
    void nothingUnsafeIsAllowedAndNoOtherPageMayFrameIt() {
        HttpResponse<String> page = keyless("/ui/");
        String policy = header(page, "content-security-policy");
        assertFalse(policy.contains("unsafe"), policy);
        assertTrue(policy.startsWith("default-src 'none'; script-src 'self'; "), policy);
        assertTrue(policy.contains("frame-ancestors 'none'; base-uri 'none'; form-action 'none'"), policy);
        assertEquals("no-referrer", header(page, "referrer-policy"));
        assertEquals("nosniff", header(page, "x-content-type-options"));
    }

    @Test
    void theStyleOfTheFirstPaintComesWithinThePageAndThePolicyNamesItsHash() throws Exception {
        HttpResponse<String> page = keyless("/ui/");
        Matcher style = Pattern.compile("(?s)<style>(.+)</style>").matcher(page.body());
        assertTrue(style.find(), page.body());
        String hash = Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-256")
                .digest(style.group(1).getBytes(StandardCharsets.UTF_8)));
        String policy = header(page, "content-security-policy");
        assertTrue(policy.contains("style-src 'self' 'sha256-" + hash + "';"), policy);
        assertFalse(page.body().substring(0, page.body().indexOf("<body>")).contains("stylesheet"), page.body());
    }

    @Test
    void aBrowserAtTheRootIsLedThereByARelativeAddressAndAProgramGetsJson() {
        HttpResponse<String> browser = keyless("/", "Accept", "text/html,application/xhtml+xml,*/*;q=0.8");
        assertEquals(302, browser.statusCode());
        assertEquals("ui/", header(browser, "location"));
        for (String accepted : List.of("*/*", "application/json")) {
            HttpResponse<String> program = keyless("/", "Accept", accepted);
            assertEquals(200, program.statusCode());
            assertTrue(program.body().startsWith("{"), program.body());
        }
    }

    @Test
    void scriptsAreKeptForEverUnderAnAddressOfTheirOwnVersion() {
        HttpResponse<String> script = keyless(script());
        assertEquals(200, script.statusCode());
        assertEquals("text/javascript; charset=utf-8", header(script, "content-type"));
        assertTrue(header(script, "cache-control").contains("immutable"));
        HttpResponse<String> again = keyless(script(), "If-None-Match", header(script, "etag"));
        assertEquals(304, again.statusCode());
        assertEquals("", again.body());
        assertEquals(404, keyless("/ui/assets/0123456789abcdef/app.js").statusCode());
    }

    @Test
    void aClientThatTakesGzipHasTheSameBytesInFewer() throws Exception {
        HttpRequest request = gateway.request(script(), "Accept-Encoding", "br, gzip;q=0.5").GET().build();
        HttpResponse<byte[]> small = java.net.http.HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofByteArray());
        assertEquals("gzip", header(small, "content-encoding"));
        String text = new String(new GZIPInputStream(new ByteArrayInputStream(small.body())).readAllBytes(),
                StandardCharsets.UTF_8);
        assertEquals(keyless(script(), "Accept-Encoding", "gzip;q=0").body(), text);
        assertTrue(small.body().length < text.length());
    }

    @Test
    void aHeadHasTheLengthAndNoBytesAndOtherMethodsAreRefused() {
        HttpResponse<String> head = gateway.send(gateway.request(script())
                .method("HEAD", HttpRequest.BodyPublishers.noBody()).build());
        assertEquals(200, head.statusCode());
        assertEquals(keyless(script()).body().getBytes(StandardCharsets.UTF_8).length,
                Integer.parseInt(header(head, "content-length")));
        HttpResponse<String> post = gateway.send(gateway.request("/ui/")
                .POST(HttpRequest.BodyPublishers.noBody()).build());
        assertEquals(405, post.statusCode());
        assertEquals("GET, HEAD", header(post, "allow"));
    }

    @Test
    void noPathLeadsOutOfThePagesFolder() throws Exception {
        for (String path : List.of("/ui/nothing", "/ui/index.html", "/ui/files.txt", "/ui/../application.properties",
                "/ui/assets/../../logback.xml", "/ui/assets/%2e%2e/%2e%2e/logback.xml", "/ui//logback.xml",
                "/ui/assets\\..\\logback.xml")) {
            try (RawClient client = new RawClient(gateway.port())) {
                client.send("GET " + path + " HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n\r\n");
                String answer = client.readAll();
                assertTrue(answer.matches("(?s)HTTP/1.1 4\\d\\d .*"), path + ": " + answer);
                assertFalse(answer.contains("logger") || answer.contains("gateway.routes"), path);
            }
        }
    }

    @Test
    void switchedOffItIsAPathLikeAnyOtherThatIsNotThere() {
        RunningGateway without = fixture.gateway(RunningGateway.single(local), Map.of("gateway.ui", "false"));
        assertEquals(without.get("/nothing").statusCode(), without.get("/ui/").statusCode());
        assertEquals(404, without.get("/ui").statusCode());
        assertEquals(200, without.send(without.request("/", "Accept", "text/html").build()).statusCode());
    }
}
