package io.dromedary.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A base URL is read as it is written, whatever its host is called. */
class BaseUrlTest {

    @ParameterizedTest
    @CsvSource({"http://my_vllm:8000/v1,my_vllm,8000,my_vllm:8000,/v1",
        "https://a.example/x/v1,a.example,443,a.example,/x/v1",
        "http://llama-3.2-1b:8080,llama-3.2-1b,8080,llama-3.2-1b:8080,''",
        "http://text_embeddings,text_embeddings,80,text_embeddings,''",
        "http://[::1]:8000/v1,[::1],8000,[::1]:8000,/v1",
        "http://10.0.0.7/v1,10.0.0.7,80,10.0.0.7,/v1"})
    void itsPartsAreThoseThatAreWritten(String url, String host, int port, String authority, String path) {
        String scheme = url.substring(0, url.indexOf(':'));
        assertEquals(Optional.of(new BaseUrl(scheme, host, port, authority, path)), BaseUrl.of(url));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "host:8000/v1", "ftp://host/v1", "http://", "http:///v1", "http://a b/v1",
        "http://a/v1?x=1", "http://a/v1#x", "http://my_vllm:99999/v1", "http://-a_b/v1", "http://a_b-/v1",
        "http://a,b/v1", "http://a_b:x/v1"})
    void whatIsNoUrlOfAServerIsNone(String url) {
        assertEquals(Optional.empty(), BaseUrl.of(url));
    }
}
