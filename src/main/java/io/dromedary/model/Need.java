package io.dromedary.model;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What a request may ask for that not every model can do. A deployment says that it cannot by {@code model_info}, in
 * LiteLLM's names: {@code supports_vision: false}.
 */
public enum Need {
    /** Images in the messages. */
    IMAGES("supports_vision", "images", "messages", "image_url", "input_image", "image"),
    /** Speech or sounds in the messages. */
    AUDIO("supports_audio_input", "audio", "messages", "input_audio", "audio_url"),
    /** Videos in the messages. */
    VIDEO("supports_video_input", "video", "messages", "video_url", "input_video"),
    /** Files in the messages, such as a PDF. */
    FILES("supports_pdf_input", "files", "messages", "file", "input_file"),
    /** {@code tools}, or {@code functions} as they were called before. */
    TOOLS("supports_function_calling", "tools", "tools"),
    /** A {@code response_format} with a schema. */
    SCHEMA("supports_response_schema", "a JSON schema", "response_format"),
    /** An answer that is spoken: {@code modalities} with {@code audio}. */
    SPEECH("supports_audio_output", "spoken answers", "modalities"),
    /** {@code web_search_options}. */
    WEB_SEARCH("supports_web_search", "web search", "web_search_options");

    private final String key;
    private final String words;
    private final String field;
    private final List<String> parts;

    Need(String key, String words, String field, String... parts) {
        this.key = key;
        this.words = words;
        this.field = field;
        this.parts = List.of(parts);
    }

    /** The key of {@code model_info} by which a deployment says whether it can. */
    public String key() {
        return key;
    }

    /** What it is, for people. */
    public String words() {
        return words;
    }

    /** The field of the request that asks for it. */
    public String field() {
        return field;
    }

    /** The types of the parts of a message's content that ask for it; empty where it is asked for otherwise. */
    public List<String> parts() {
        return parts;
    }

    /** What a part of that type asks for; empty for a text. */
    public static Optional<Need> ofPart(String type) {
        return Arrays.stream(values()).filter(need -> need.parts.contains(type)).findFirst();
    }
}
