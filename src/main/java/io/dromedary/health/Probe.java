package io.dromedary.health;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;

import org.apache.hc.client5.http.classic.HttpClient;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.util.Timeout;

import io.dromedary.catalogue.Deployment;

/**
 * Asks an upstream for its list of models, which costs no token. Any answer below 500 but a refused key or too many
 * requests shows that it is there: many servers have no such list.
 */
public final class Probe {

    private Probe() {
    }

    /**
     * Whether a connection can be made at all, for servers that mind being asked.
     *
     * @param timeoutMs how long to wait, in ms
     */
    public static boolean connects(Deployment deployment, long timeoutMs) {
        URI uri = URI.create(deployment.baseUrl());
        int port = uri.getPort() > 0 ? uri.getPort() : uri.getScheme().equals("https") ? 443 : 80;
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(uri.getHost(), port), (int) timeoutMs);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * @param timeoutMs how long to wait for connection and answer, each, in ms
     * @return what is wrong, or null if the upstream is well; fit for clients
     */
    public static String run(Deployment deployment, HttpClient client, long timeoutMs) {
        HttpGet request = new HttpGet(deployment.baseUrl() + "/models");
        request.setConfig(RequestConfig.custom()
                .setConnectionRequestTimeout(Timeout.ofMilliseconds(timeoutMs))
                .setResponseTimeout(Timeout.ofMilliseconds(timeoutMs))
                .setProtocolUpgradeEnabled(false).build());
        deployment.extraHeaders().forEach(request::setHeader);
        if (deployment.apiKey() != null) {
            request.setHeader("Authorization", "Bearer " + deployment.apiKey().reveal());
        }
        try {
            return client.execute(request, response -> {
                EntityUtils.consume(response.getEntity());
                int status = response.getCode();
                return status >= 500 || status == 401 || status == 403 || status == 429 ? "GET /models answered " + status : null;
            });
        } catch (IOException e) {
            return "not reachable";
        }
    }
}
