package io.dromedary.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/**
 * A script that Redis runs in one step. It is named by its hash; a Redis that does not know it (a new one, or one that
 * was started again) gets its text once more.
 */
public final class RedisScript {

    private final String text;
    private final String hash;

    private RedisScript(String text, String hash) {
        this.text = text;
        this.hash = hash;
    }

    /** The script in that resource beside {@code owner}. */
    public static RedisScript of(Class<?> owner, String resource) {
        try (InputStream in = owner.getResourceAsStream(resource)) {
            byte[] bytes = in.readAllBytes();
            return new RedisScript(new String(bytes, StandardCharsets.UTF_8),
                    HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(bytes)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Runs it.
     *
     * @param keys of one hash slot, where Redis is a cluster
     * @return as {@link RedisLink#send(Request)}
     */
    public CompletableFuture<Response> run(RedisLink link, List<String> keys, List<String> arguments) {
        CompletableFuture<Response> first = link.send(request(Command.EVALSHA, hash, keys, arguments));
        CompletableFuture<Response> answer = new CompletableFuture<>();
        first.whenComplete((said, failure) -> {
            if (failure == null) {
                answer.complete(said);
            } else if (RedisTarget.isAnswer(failure) && String.valueOf(failure.getMessage()).startsWith("NOSCRIPT")) {
                link.send(request(Command.EVAL, text, keys, arguments)).whenComplete((again, refused) -> {
                    if (refused == null) {
                        answer.complete(again);
                    } else {
                        answer.completeExceptionally(refused);
                    }
                });
            } else {
                answer.completeExceptionally(failure);
            }
        });
        return answer;
    }

    private static Request request(Command command, String script, List<String> keys, List<String> arguments) {
        Request request = Request.cmd(command).arg(script).arg(keys.size());
        keys.forEach(request::arg);
        arguments.forEach(request::arg);
        return request;
    }
}
