package io.dromedary.http;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;

import io.dromedary.files.FileReading;
import io.dromedary.settings.SettingFault;

/**
 * Which certificates upstreams may have: those of the file in {@code SSL_CERT_FILE} (PEM), as OpenSSL and Python read
 * it, else the JVM's own. The file is read when the first https upstream is set up, because a bundle takes a tenth of a
 * second. A certificate must name the upstream's host (RFC 9110, 4.3.4). Safe for several threads.
 */
final class UpstreamTrust {

    private final String file;
    private TrustManagerFactory managers;
    private SslContext context;

    /** @param file what {@code SSL_CERT_FILE} says; null or blank for the JVM's own certificates */
    UpstreamTrust(String file) {
        this.file = file;
    }

    /**
     * What speaks TLS with that host.
     *
     * @param handshakeMs how long the handshake may take, in ms
     * @throws SSLException if the JVM has no TLS
     */
    SslHandler handler(ByteBufAllocator allocator, String host, int port, long handshakeMs) throws SSLException {
        SslHandler handler = context().newHandler(allocator, host, port);
        handler.setHandshakeTimeoutMillis(handshakeMs);
        SSLEngine engine = handler.engine();
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        engine.setSSLParameters(parameters);
        return handler;
    }

    /**
     * Reads the file, where one is named.
     *
     * @throws SettingFault if it holds no certificates
     */
    synchronized void read() {
        if (managers == null && file != null && !file.isBlank()) {
            managers = trusting(Path.of(file));
        }
    }

    private synchronized SslContext context() throws SSLException {
        if (context == null) {
            read();
            // Without managers of its own, the context takes the JVM's.
            context = SslContextBuilder.forClient().sslProvider(SslProvider.JDK).trustManager(managers).build();
        }
        return context;
    }

    private static TrustManagerFactory trusting(Path file) {
        try {
            InputStream in = new ByteArrayInputStream(new FileReading().bytes(file));
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            int number = 0;
            for (Certificate certificate : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                trusted.setCertificateEntry("upstream-" + number++, certificate);
            }
            TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            managers.init(trusted);
            return managers;
        } catch (IOException | GeneralSecurityException e) {
            throw new SettingFault(
                    "SSL_CERT_FILE names " + file + ", which holds no PEM certificates that can be read");
        }
    }
}
