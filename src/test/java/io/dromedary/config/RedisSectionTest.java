package io.dromedary.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.dromedary.findings.FilesRejected;
import io.dromedary.model.RedisAddress;
import io.dromedary.model.Secret;

class RedisSectionTest {

    @TempDir
    Path folder;

    private Optional<RedisAddress> read(String settings, Map<String, String> environment) throws Exception {
        Path file = Files.writeString(folder.resolve("litellm_config.yaml"), """
                model_list:
                  - model_name: m
                    litellm_params: {model: openai/m, api_base: "http://127.0.0.1:1/v1", api_key: none}
                general_settings: {master_key: sk-1234}
                """ + settings);
        return new ConfigReader(List.of(), false).read(file, Environment.of(new HashMap<>(environment))).redis();
    }

    private static String password(RedisAddress address) {
        return address.password().map(Secret::reveal).orElse(null);
    }

    @Test
    void nothingThatNamesOneIsNoRedis() throws Exception {
        assertTrue(read("", Map.of("REDIS_PASSWORD", "x", "REDIS_PORT", "tcp://10.0.0.1:6379")).isEmpty());
    }

    @Test
    void theEnvironmentNamesItByHostAsKubernetesMayHaveChangedThePort() throws Exception {
        RedisAddress address = read("", Map.of("REDIS_HOST", "redis", "REDIS_PORT", "tcp://10.0.0.1:6380",
                "REDIS_PASSWORD", "secret", "REDIS_SSL", "True")).orElseThrow();
        assertEquals(List.of("redis:6380"), address.hosts());
        assertEquals("secret", password(address));
        assertTrue(address.tls());
        assertFalse(address.toString().contains("secret"));
    }

    @Test
    void aUrlTellsItsUserPasswordDatabaseAndTls() throws Exception {
        RedisAddress address = read("", Map.of("REDIS_URL", "rediss://gate:p%40ss@redis.local:7000/2")).orElseThrow();
        assertEquals(List.of("redis.local:7000"), address.hosts());
        assertEquals(Optional.of("gate"), address.username());
        assertEquals("p@ss", password(address));
        assertEquals(2, address.database());
        assertTrue(address.tls());
    }

    @Test
    void theRouterGoesBeforeTheCacheAndBothBeforeTheEnvironment() throws Exception {
        Map<String, String> environment = Map.of("REDIS_HOST", "of-environment", "REDIS_PASSWORD", "secret");
        String cache = "litellm_settings: {cache_params: {type: redis, host: of-cache, port: 7001}}\n";
        RedisAddress ofCache = read(cache, environment).orElseThrow();
        assertEquals(List.of("of-cache:7001"), ofCache.hosts());
        assertEquals("secret", password(ofCache));
        RedisAddress ofRouter = read(cache + "router_settings: {redis_host: of-router, redis_port: 7002}\n",
                environment).orElseThrow();
        assertEquals(List.of("of-router:7002"), ofRouter.hosts());
    }

    @Test
    void nodesAreACluster() throws Exception {
        for (String text : List.of("[{\"host\": \"a\", \"port\": \"7001\"}, {\"host\":\"b\",\"port\":7002}]",
                "a:7001, b:7002")) {
            RedisAddress address = read("", Map.of("REDIS_CLUSTER_NODES", text)).orElseThrow();
            assertTrue(address.cluster());
            assertEquals(List.of("a:7001", "b:7002"), address.hosts());
        }
        assertEquals(List.of("a:7001"), read("litellm_settings: {cache_params: {redis_startup_nodes: "
                + "[{host: a, port: 7001}]}}\n", Map.of()).orElseThrow().hosts());
    }

    @Test
    void whatIsNoAddressStopsTheStartWithoutTellingThePassword() {
        FilesRejected rejected = assertThrows(FilesRejected.class,
                () -> read("", Map.of("REDIS_URL", "redis://:sec/ret@host")));
        assertTrue(rejected.toString().contains("REDIS_URL") || rejected.getMessage().contains("REDIS_URL"),
                rejected.getMessage());
        assertFalse(rejected.getMessage().contains("sec/ret"));
        assertThrows(FilesRejected.class, () -> read("", Map.of("REDIS_HOST", "a b")));
        assertThrows(FilesRejected.class, () -> read("", Map.of("REDIS_HOST", "a", "REDIS_PORT", "99999")));
    }
}
