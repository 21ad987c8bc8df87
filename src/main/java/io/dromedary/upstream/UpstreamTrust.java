package io.dromedary.upstream;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;

import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

import io.vertx.core.net.TrustOptions;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.ssl.SSLContexts;

import io.dromedary.settings.SettingFault;

/**
 * Which certificates an upstream may have: those of the file in {@code SSL_CERT_FILE} (PEM), as OpenSSL and Python read it,
 * else the JVM's own. The file is read when the first https upstream is set up, since a bundle takes a tenth of a second.
 */
final class UpstreamTrust {

    private final String file;
    private TlsSocketStrategy strategy;
    private TrustOptions options;

    /** @param file what {@code SSL_CERT_FILE} says; null or blank for the JVM's own certificates */
    UpstreamTrust(String file) {
        this.file = file;
    }

    /** How TLS is spoken with the upstream at {@code baseUrl}. */
    synchronized TlsSocketStrategy strategyFor(String baseUrl) {
        if (!baseUrl.startsWith("https:")) {
            return DefaultClientTlsStrategy.createDefault();
        }
        if (strategy == null) {
            strategy = file == null || file.isBlank() ? DefaultClientTlsStrategy.createDefault()
                    : new DefaultClientTlsStrategy(trusting(Path.of(file)));
        }
        return strategy;
    }

    /** The same for Vert.x' client; null for the JVM's own certificates. */
    synchronized TrustOptions options() {
        if (options == null && file != null && !file.isBlank()) {
            options = optionsOf(Path.of(file));
        }
        return options;
    }

    private static TrustOptions optionsOf(Path file) {
        try {
            TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            managers.init(certificates(file));
            return TrustOptions.wrap(managers.getTrustManagers()[0]);
        } catch (GeneralSecurityException e) {
            throw unreadable(file);
        }
    }

    private static SSLContext trusting(Path file) {
        try {
            return SSLContexts.custom().loadTrustMaterial(certificates(file), null).build();
        } catch (GeneralSecurityException e) {
            throw unreadable(file);
        }
    }

    private static KeyStore certificates(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            int number = 0;
            for (Certificate certificate : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                trusted.setCertificateEntry("upstream-" + number++, certificate);
            }
            return trusted;
        } catch (IOException | GeneralSecurityException e) {
            throw unreadable(file);
        }
    }

    private static SettingFault unreadable(Path file) {
        return new SettingFault("SSL_CERT_FILE names " + file + ", which holds no PEM certificates that can be read");
    }
}
