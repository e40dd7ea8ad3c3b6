package dev.heddle.runtime.net;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** A key with a certificate that it signed itself, made by the JDK's keytool once for each build. */
final class TestKeys {

    static final String NAME = "heddle.test";

    private static final char[] PASSWORD = "changeit".toCharArray();
    private static final String ALIAS = "peer";
    private static final KeyStore KEYS = load(Path.of("target", "tls-test-keys", "peer.p12"));

    private TestKeys() {}

    private static KeyStore load(Path file) {
        try {
            if (!Files.exists(file)) {
                make(file);
            }
            KeyStore keys = KeyStore.getInstance("PKCS12");
            try (InputStream in = Files.newInputStream(file)) {
                keys.load(in, PASSWORD);
            }
            return keys;
        } catch (IOException | GeneralSecurityException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void make(Path file) throws IOException, InterruptedException {
        Path folder = Files.createDirectories(file.toAbsolutePath().getParent());
        Path made = Files.createTempDirectory(folder, "making").resolve(file.getFileName());
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        ALIAS,
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-dname",
                        "CN=" + NAME,
                        "-ext",
                        "san=dns:localhost,dns:" + NAME + ",ip:127.0.0.1",
                        "-validity",
                        "36500",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        new String(PASSWORD),
                        "-keystore",
                        made.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (keytool.waitFor() != 0) {
            throw new IOException("keytool failed: " + said);
        }
        Files.move(made, file, StandardCopyOption.ATOMIC_MOVE);
        Files.delete(made.getParent());
    }

    /** Returns the context of one who has the key and trusts whoever has it. */
    static SSLContext peer() {
        return context(KEYS);
    }

    /** Returns the context of one who has no key, and trusts whoever has it. */
    static SSLContext nobody() {
        return context(null);
    }

    private static SSLContext context(@Nullable KeyStore keys) {
        try {
            KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            own.init(keys, PASSWORD);
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry(ALIAS, certificate());
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(own.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static Certificate certificate() {
        try {
            return KEYS.getCertificate(ALIAS);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Writes the key and the certificate in the form that OpenSSL reads, and returns the file. */
    static Path pem(Path folder) throws IOException, GeneralSecurityException {
        Key key = KEYS.getKey(ALIAS, PASSWORD);
        return Files.writeString(
                folder.resolve("peer.pem"),
                block("PRIVATE KEY", key.getEncoded())
                        + block("CERTIFICATE", certificate().getEncoded()));
    }

    private static String block(String what, byte[] content) {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        return "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n";
    }
}
