package io.dromedary.explain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;

import io.dromedary.check.Check;
import io.dromedary.check.Sources;
import io.dromedary.config.Environment;

/** The picture in the page on the routes is the one that the route files make. */
class FlowPictureTest {

    @Test
    void thePageHasThePictureOfTheRoutesAsTheyAre() throws IOException {
        Check.Result checked = Check.files(
                Sources.of(Path.of("application.properties"), Path.of("routes"), Path.of("demo/litellm_config.yaml")),
                Environment.of(Map.of("LITELLM_MASTER_KEY", "sk-x", "LOCAL_API_BASE", "http://127.0.0.1:1/v1",
                "CLOUD_API_BASE", "http://127.0.0.1:2/v1")));
        Matcher page = Pattern.compile("(?s)```mermaid\n(.*?)```")
                .matcher(Files.readString(Path.of("docs/edit-the-routes.md")));
        assertTrue(page.find());
        String picture = FlowPicture.of(checked.flow(), List.of("chat", "messages"));
        assertEquals(picture, page.group(1), "draw it anew: docs/draw-the-flow");
        for (String arrow : new String[] {"chat -- to-gateway --> gateway",
                "messages -- translated-to-gateway --> gateway",
                "gateway -- to-model-router --> model_router",
                "model_router -- to-attempt --> attempt", "attempt -- to-deployment --> deployment",
                "deployment -- to-failed-attempt --> failed_attempt",
                "failed_attempt -- to-next-attempt --> attempt"}) {
            assertTrue(picture.contains(arrow), arrow);
        }
    }
}
