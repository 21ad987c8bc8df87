package io.dromedary.form;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.multipart.DefaultHttpDataFactory;
import io.netty.handler.codec.http.multipart.HttpPostMultipartRequestDecoder;
import io.netty.handler.codec.http.multipart.InterfaceHttpData;

import io.dromedary.client.ApiError;

/** Whatever a client sends, it is a form that other readers read alike or a 400; unchanged, it goes on as it came. */
class FormFuzz {

    private static final String TYPE = "multipart/form-data; boundary=x";
    private static final String BEFORE = "--x\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nm\r\n--x\r\n";
    private static final ObjectMapper TREES = new ObjectMapper();

    /** As Netty finds them: the names of the parts. */
    private static List<String> names(byte[] form) {
        DefaultFullHttpRequest request = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, "/",
                Unpooled.wrappedBuffer(form));
        request.headers().set("Content-Type", TYPE);
        HttpPostMultipartRequestDecoder decoder =
                new HttpPostMultipartRequestDecoder(new DefaultHttpDataFactory(false), request);
        try {
            List<String> names = new ArrayList<>();
            for (InterfaceHttpData part : decoder.getBodyHttpDatas()) {
                names.add(part.getName());
            }
            return names;
        } finally {
            decoder.destroy();
        }
    }

    @FuzzTest(maxDuration = "6s")
    void aFormIsReadAsAnUpstreamWouldReadItOrRefused(byte[] part) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(BEFORE.getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(part);
        out.writeBytes("\r\n--x--\r\n".getBytes(StandardCharsets.US_ASCII));
        byte[] sent = out.toByteArray();
        Form form;
        try {
            form = Form.read(sent, TYPE, 100);
        } catch (ApiError e) {
            assertEquals(400, e.status());
            return;
        }
        JsonNode fields = TREES.readTree(form.json());
        assertTrue(fields.isObject() && fields.has("model"));
        assertArrayEquals(sent, form.with(form.json()));
        // Some readers, this one too, take model[] as one more value of model; a list is then refused as a model.
        List<String> models = names(sent).stream().filter(List.of("model", "model[]")::contains).toList();
        assertEquals(models.size(), fields.get("model").isArray() ? fields.get("model").size() : 1);
        if (fields.get("model").isTextual()) {
            ((ObjectNode) fields).put("model", "another");
            byte[] changed = form.with(TREES.writeValueAsBytes(fields));
            assertEquals(fields, TREES.readTree(Form.read(changed, TYPE, 100).json()));
            assertEquals(names(sent), names(changed));
        }
    }
}
