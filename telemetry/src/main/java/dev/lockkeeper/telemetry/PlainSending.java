package dev.lockkeeper.telemetry;

import io.opentelemetry.sdk.common.export.Compressor;
import io.opentelemetry.sdk.common.export.HttpSenderConfig;
import io.opentelemetry.sdk.common.export.ProxyOptions;
import io.opentelemetry.sdk.common.export.RetryPolicy;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * How to send to an address without TLS: with a context that trusts nobody. Without one the client of the JDK reads all certificates of
 * the machine before it sends its first byte, which is a third of what telemetry costs a short command. No redirect is followed, so
 * there is never a server to be trusted.
 */
record PlainSending(HttpSenderConfig asked) implements HttpSenderConfig {
    @Override
    public SSLContext getSslContext() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[0], null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public URI getEndpoint() {
        return asked.getEndpoint();
    }

    @Override
    public String getContentType() {
        return asked.getContentType();
    }

    @Override
    public @Nullable Compressor getCompressor() {
        return asked.getCompressor();
    }

    @Override
    public Duration getTimeout() {
        return asked.getTimeout();
    }

    @Override
    public Duration getConnectTimeout() {
        return asked.getConnectTimeout();
    }

    @Override
    public Supplier<Map<String, List<String>>> getHeadersSupplier() {
        return asked.getHeadersSupplier();
    }

    @Override
    public @Nullable ProxyOptions getProxyOptions() {
        return asked.getProxyOptions();
    }

    @Override
    public @Nullable RetryPolicy getRetryPolicy() {
        return asked.getRetryPolicy();
    }

    @Override
    public @Nullable X509TrustManager getTrustManager() {
        return asked.getTrustManager();
    }

    @Override
    public @Nullable ExecutorService getExecutorService() {
        return asked.getExecutorService();
    }

    @Override
    public long getMaxResponseBodySize() {
        return asked.getMaxResponseBodySize();
    }

    @Override
    public List<String> getEnabledProtocols() {
        return asked.getEnabledProtocols();
    }
}
