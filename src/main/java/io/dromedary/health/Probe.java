package io.dromedary.health;

import java.io.IOException;

import org.apache.hc.client5.http.classic.HttpClient;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.util.Timeout;

import io.dromedary.catalogue.Deployment;

/**
 * Asks an upstream for its list of models, which costs no token. Any answer below 500 but a refused key shows that it is
 * there: many servers have no such list.
 */
final class Probe {

    private Probe() {
    }

    /**
     * @param timeoutMs how long to wait for connection and answer, each, in ms
     * @return what is wrong, or null if the upstream is well; fit for clients
     */
    static String run(Deployment deployment, HttpClient client, long timeoutMs) {
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
                return status >= 500 || status == 401 || status == 403 ? "GET /models answered " + status : null;
            });
        } catch (IOException e) {
            return "not reachable";
        }
    }
}
