package io.dromedary.flow.make;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;

import org.apache.camel.Message;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;

import io.dromedary.json.JsonSlices;
import io.dromedary.json.ObjectEdit;
import io.dromedary.json.ObjectFields;

/** What a step of a route author's sees of a request that is about to be sent. */
class UpstreamComponentTest {

    @Test
    void theSlicesOfARequestAreItsBytesAndItsText() throws Exception {
        byte[] json = ("{\"model\":\"one\",\"prompt\":\"" + "\u00e9".repeat(50_000) + "\"}")
                .getBytes(StandardCharsets.UTF_8);
        ObjectEdit edit = new ObjectEdit(json, ObjectFields.read(json));
        edit.set("model", "\"two\"".getBytes(StandardCharsets.US_ASCII));
        JsonSlices sent = edit.slices();
        String text = new String(json, StandardCharsets.UTF_8).replace("one", "two");
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            context.addComponent(UpstreamComponent.SCHEME, new UpstreamComponent(null));
            context.start();
            Message message = new DefaultExchange(context).getMessage();
            message.setBody(sent);
            assertArrayEquals(text.getBytes(StandardCharsets.UTF_8), message.getBody(byte[].class));
            assertEquals(text, message.getBody(String.class));
            try (InputStream in = message.getBody(InputStream.class)) {
                assertArrayEquals(text.getBytes(StandardCharsets.UTF_8), in.readAllBytes());
            }
        }
    }
}
