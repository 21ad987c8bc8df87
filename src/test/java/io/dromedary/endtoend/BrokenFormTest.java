package io.dromedary.endtoend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.Forms;
import io.dromedary.harness.RunningGateway;

/** A form that another reader could read otherwise never goes upstream: its client is told what is wrong. */
@TestInstance(Lifecycle.PER_CLASS)
class BrokenFormTest {

    private static final byte[] SOUND = "ID3".getBytes(StandardCharsets.US_ASCII);
    private static final String DASHED = "--" + Forms.BOUNDARY;
    private static final String TEXT = "Content-Disposition: form-data; name=";

    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream upstream = fixture.upstream();
    private final RunningGateway gateway = fixture.gateway(RunningGateway.single(upstream));

    @BeforeEach
    void hear() {
        upstream.does((request, line) -> line.json(200, "{\"text\":\"heard\"}"));
        upstream.received().clear();
    }

    private HttpResponse<String> post(String type, byte[] form) {
        return gateway.send(gateway.request("/v1/audio/transcriptions")
                .header("Authorization", "Bearer " + RunningGateway.KEY)
                .header("Content-Type", type).POST(HttpRequest.BodyPublishers.ofByteArray(form)).build());
    }

    private HttpResponse<String> post(byte[] form) {
        return post(Forms.type(Forms.BOUNDARY), form);
    }

    private static Forms whole() {
        return Forms.form().text("model", "only").file("file", SOUND);
    }

    private void assertRefused(HttpResponse<String> answer, String code) {
        assertEquals(400, answer.statusCode(), answer.body());
        assertTrue(answer.body().contains("\"" + code + "\""), answer.body());
        assertTrue(upstream.posts().isEmpty(), "nothing of it goes upstream");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", DASHED, DASHED + "\r\n", "x\r\n" + DASHED + "--\r\n", "--other\r\n",
        DASHED + "\n" + TEXT + "\"a\"\n\nx\n" + DASHED + "--\n",
        DASHED + "\r\n" + TEXT + "\"a\"\r\n\r\nx",
        DASHED + "\r\n" + TEXT + "\"a\"\r\n\r\nx\r\n" + DASHED,
        DASHED + "\r\n" + TEXT + "\"a\"\r\n\r\nx\r\n" + DASHED + "--\r\nmore",
        DASHED + "\r\n" + TEXT + "\"a\"\r\n\r\nx\r\n" + DASHED + "more\r\n" + DASHED + "--\r\n",
        DASHED + "\r\n" + TEXT + "\"a\"\r\n\r\nx\r\n" + DASHED + " \r\n" + DASHED + "--\r\n",
        DASHED + "\r\n" + TEXT + "\"a\"\r\n\r\n" + DASHED + "--\r\n",
        DASHED + "\r\n" + TEXT + "\"a\"\r\n" + DASHED + "--\r\n"})
    void aFormThatIsNotOneIs400(String form) {
        byte[] bytes = form.getBytes(StandardCharsets.US_ASCII);
        assertRefused(post(bytes), "invalid_form");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Type: text/plain", "Content-Disposition: attachment; name=\"model\"",
        "Content-Disposition: form-data", "Content-Disposition: form-data; name=\"\"",
        TEXT + "\"model\"; name=\"other\"", TEXT + "\"model\\\"\"; x=\"", TEXT + "\"mo\\del\"",
        TEXT + "\"file\"; filename=\"a\\\"; name=\"model\"", TEXT + "\"a\"; name*=UTF-8''model",
        TEXT + "\"a\" ; filename=\"x", TEXT + "\"a\"\r\n; filename=\"x\"", TEXT + "\"a\"\n; filename=\"x\"",
        TEXT + "\"a\"\r\n" + TEXT + "\"model\"", TEXT + "\"model\"\r\nContent-Transfer-Encoding: base64",
        TEXT + "\"model\"\r\nContent-Length: 3", TEXT + "\"model\"\r\n: x", TEXT + "\"model\"\r\nX Y: x",
        TEXT + "\"model\"\u0000", TEXT + "\" model\"", TEXT + "\"model\t\"", TEXT + "\":\"", TEXT + "=model",
        TEXT + "\"model;\"", TEXT + "\",\"", TEXT + "\"model\u00a0\"", TEXT + "\"a\"; name*0=\"model\"",
        TEXT + "\"a\"; filename*0=\"x\"", TEXT + "\"a\"; charset=utf-16", TEXT + "\"a\"; Content-Length=3",
        TEXT + "\"a\"\r\nContent-Type: text/plain; name=model", TEXT + "\"model\"\r\nContent-Type: a; filename=\"x\"",
        TEXT + "\"a\"\r\nContent-Type: text/plain, name=model", TEXT + "\"a\"\r\nContent-Type: text/plain; =x",
        TEXT + "\"a\"\r\nContent-Type: text/plain; Content-Length=1",
        TEXT + "\"a\"\r\nContent-Type: text/plain; charset=a; charset=b",
        TEXT + "\"a\"\r\nContent-Type: text/plain; name*0=\"model\"",
        TEXT + "\"a\"; filename=\"x\"\r\nContent-Type: Multipart/mixed; boundary=y", TEXT + "model/z",
        TEXT + "model,z", TEXT + "model[0]", TEXT + "'model'", TEXT + "utf-8''model", TEXT + "\"/model\"",
        TEXT + "\"\ufeffmodel\"", "Content-Disposition: form-data; x-name=model; name=\"a\"",
        "Content-Disposition: form-data; filename=\"name=model\"; name=\"a\"", TEXT + "\"model[0]\"",
        TEXT + "\"model[a]\"", TEXT + "\"Model\"", TEXT + "\"MODEL[]\"", TEXT + "model\u3000",
        TEXT + "\"a\"\r\n" + DASHED + ": x", TEXT + "\"a\"\r\n" + DASHED + "--: x",
        "Content-Disposition: form-data; filename=\"\u2028name=x\"; name=\"a\""})
    void aHeadThatCanBeReadInTwoWaysIs400(String head) {
        assertRefused(post(whole().part(head, "only".getBytes(StandardCharsets.US_ASCII)).ended()), "invalid_form");
    }

    @Test
    void aTextThatIsNoUtf8Is400() {
        assertRefused(post(whole().part(TEXT + "\"prompt\"", new byte[] {(byte) 0xC3, 'x'}).ended()), "invalid_form");
    }

    /** Some readers heed the charset, others do not. */
    @ParameterizedTest
    @ValueSource(strings = {"utf-16", "IBM037", "utf-7", "no-such", ":", "iso-8859-1"})
    void aTextThatIsAnotherOneInItsCharsetIs400(String charset) {
        assertRefused(post(whole().part(TEXT + "\"prompt\"\r\nContent-Type: text/plain; charset=" + charset,
                bytes("gr\u00fcn")).ended()), "invalid_form");
    }

    @ParameterizedTest
    @ValueSource(strings = {"utf-8", "\"UTF-8\"", "us-ascii", "ISO-8859-1", "windows-1252", "utf-8;"})
    void aTextThatIsTheSameInItsCharsetIsTaken(String charset) {
        assertEquals(200, post(whole().part(TEXT + "\"prompt\"\r\nContent-Type: text/plain;charset=" + charset,
                bytes("green")).ended()).statusCode());
    }

    @ParameterizedTest
    @ValueSource(strings = {"multipart/form-data", "multipart/form-data; boundary=",
        "multipart/form-data; boundary=\"\"",
        "multipart/form-data; boundary=a; boundary=b", "multipart/form-data; boundary=a;b",
        "multipart/form-data; boundary=\"a", "multipart/form-data; boundary=\"a \"",
        "multipart/form-data; boundary=a@b",
        "multipart/form-data; boundary=12345678901234567890123456789012345678901234567890123456789012345678901"})
    void aTypeWithoutOneBoundaryIs400(String type) {
        assertRefused(post(type, whole().ended()), "invalid_form");
    }

    @Test
    void aQuotedBoundaryAndAllThatOneMayHoldIsTaken() {
        String boundary = "a'b(c)d+e_f,g-h./i:j=k?l m";
        String type = "Multipart/Form-Data; charset=utf-7; Boundary=\"" + boundary + "\";";
        HttpResponse<String> answer =
                post(type, Forms.with(boundary).text("model", "only").file("file", SOUND).ended());
        assertEquals(200, answer.statusCode(), answer.body());
        assertEquals("multipart/form-data; boundary=\"" + boundary + "\"",
                upstream.last().headers().get("Content-Type"));
        assertArrayEquals(Forms.with(boundary).text("model", "upstream-name").file("file", SOUND).ended(),
                upstream.last().body());
    }

    /** Some readers find another boundary in each of these. */
    @ParameterizedTest
    @ValueSource(strings = {"boundary*=utf-8''y", "boundary*0=y", "xboundary=y", "x=\";boundary=y\"", "a=boundary=y",
        "charset=utf-7"})
    void aFormGoesOnWithItsBoundaryAlone(String more) {
        String type = "multipart/form-data; " + more + "; boundary=" + Forms.BOUNDARY;
        assertEquals(200, post(type, whole().ended()).statusCode());
        assertEquals("multipart/form-data; boundary=" + Forms.BOUNDARY, upstream.last().headers().get("Content-Type"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\r\n-" + Forms.BOUNDARY, "\r\r\n", "\r\n--", "\r\n--" + "--"})
    void aFileMayHoldWhatLooksLikeTheBoundaryButIsNone(String content) {
        byte[] sound = ("x" + content + "y").getBytes(StandardCharsets.US_ASCII);
        HttpResponse<String> answer = post(Forms.form().file("file", sound).text("model", "only").ended());
        assertEquals(200, answer.statusCode(), answer.body());
        assertArrayEquals(Forms.form().file("file", sound).text("model", "upstream-name").ended(),
                upstream.last().body());
    }

    /** Some readers take half a line end for one, or look for the boundary anywhere, and would find another part. */
    @ParameterizedTest
    @ValueSource(strings = {"\n" + DASHED + "--\r\n", "\r" + DASHED,
        "x\n" + DASHED + "\r\n" + TEXT + "\"model\"\r\n\r\nother", DASHED, DASHED + "--",
        DASHED + "\r\n" + TEXT + "\"model\"\r\n\r\nother"})
    void aBoundaryWithinALineOrAfterHalfALineEndIs400(String content) {
        byte[] sound = ("x" + content + "y").getBytes(StandardCharsets.US_ASCII);
        assertRefused(post(Forms.form().file("file", sound).text("model", "only").ended()), "invalid_form");
    }

    @Test
    void aLineEndBeforeAFormAndNoneAfterItAreTaken() {
        byte[] form = Forms.form().raw("\r\n").text("model", "only").file("file", new byte[0])
                .raw(DASHED + "--").unended();
        assertEquals(200, post(form).statusCode());
        assertArrayEquals(Forms.form().raw("\r\n").text("model", "upstream-name").file("file", new byte[0])
                .raw(DASHED + "--").unended(), upstream.last().body());
    }

    @Test
    void whatClientsWriteIntoHeadsIsTaken() {
        byte[] form = Forms.form().part("content-disposition:form-data;name=model\r\nContent-Length: 4", bytes("only"))
                .part("Content-Type: audio/x; rate=\"8\"\r\nContent-Transfer-Encoding: binary\r\n"
                + "Content-Disposition: form-data; filename=\"gr\u00f6\u00dfe; x.mp3\"; name=\"file\"; filename*="
                + "UTF-8''gr%C3%B6%C3%9Fe", SOUND).ended();
        HttpResponse<String> answer = post(form);
        assertEquals(200, answer.statusCode(), answer.body());
        assertTrue(upstream.last().text().contains("name=\"model\"\r\n\r\nupstream-"));
    }

    @Test
    void aFileNameMayBeLong() {
        byte[] form = whole().part(TEXT + "\"file\"; filename*=utf-8''" + "a%C3%B6".repeat(1100), SOUND).ended();
        assertEquals(200, post(form).statusCode());
    }

    @Test
    void aNameMayHoldSeparatorsButAtItsEnds() {
        byte[] form = whole().text("metadata[a:b, c]", "d").ended();
        assertEquals(200, post(form).statusCode());
        assertTrue(upstream.last().text().contains("name=\"metadata[a:b, c]\""));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void tenThousandPartsAHeadOfAMegabyteAndTooMuchTextAre400() {
        Forms many = whole();
        for (int i = 0; i < 10_000; i++) {
            many.text("timestamp_granularities[]", "word");
        }
        assertRefused(post(many.ended()), "request_beyond_limit");
        assertRefused(post(whole().part(TEXT + "\"a\"; filename=\"" + "x".repeat(1024 * 1024) + "\"", SOUND).ended()),
                "invalid_form");
        assertRefused(post(whole().text("prompt", "x".repeat(1024 * 1024 + 1)).ended()), "request_beyond_limit");
        assertRefused(post(whole().text("x".repeat(1000), "a").ended()), "request_beyond_limit");
    }
}
