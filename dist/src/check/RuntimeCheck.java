import com.github.luben.zstd.Zstd;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.Charset;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.List;
import java.util.Map;
import javax.naming.InitialContext;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import net.jpountz.lz4.LZ4Factory;
import org.rocksdb.RocksDB;
import org.xerial.snappy.Snappy;

/**
 * Uses what the program and its libraries look up by name, which jdeps cannot see, so that a module
 * that is missing in a trimmed Java is noticed. Arguments: a PKCS #12 file with a key of elliptic
 * curves for localhost, its password, and a folder to write to.
 */
public final class RuntimeCheck {
  private RuntimeCheck() {}

  public static void main(String[] arguments) throws Exception {
    tls(Path.of(arguments[0]), arguments[1].toCharArray());
    Path folder = Path.of(arguments[2]);
    try (Connection h2 = DriverManager.getConnection("jdbc:h2:" + folder.resolve("h2").toUri())) {
      is(h2.createStatement().execute("create table t (d timestamp with time zone, j json)"), false);
    }
    DriverManager.getDriver("jdbc:postgresql://localhost/none");
    RocksDB.loadLibrary();
    try (RocksDB rocks = RocksDB.open(folder.resolve("rocks").toString())) {
      rocks.put(new byte[] {1}, new byte[] {2});
    }
    byte[] bytes = new byte[1000];
    is(Snappy.uncompress(Snappy.compress(bytes)).length, bytes.length);
    is(Zstd.decompress(Zstd.compress(bytes), bytes.length).length, bytes.length);
    is(LZ4Factory.fastestInstance().fastCompressor().compress(bytes).length > 0, true);
    try (var zip = FileSystems.newFileSystem(folder.resolve("a.zip"), Map.of("create", "true"))) {
      Files.writeString(zip.getPath("a"), "a");
    }
    for (String charset : List.of("windows-1252", "UTF-16", "IBM437", "x-MacRoman")) {
      Charset.forName(charset);
    }
    for (String name :
        List.of(
            "com.sun.security.auth.module.Krb5LoginModule",
            "com.sun.security.sasl.ClientFactoryImpl",
            "com.sun.jndi.ldap.LdapCtxFactory",
            "com.sun.management.OperatingSystemMXBean",
            "sun.misc.Unsafe",
            "java.beans.Introspector",
            "jdk.jfr.Recording")) {
      Class.forName(name);
    }
    new InitialContext().close();
    System.out.println("the runtime has what the program needs");
  }

  /** A server and a client, both with TLS 1.3 and a key that only the module for curves can read. */
  private static void tls(Path file, char[] password) throws Exception {
    KeyStore store = KeyStore.getInstance(file.toFile(), password);
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(store, password);
    TrustManagerFactory trusted = TrustManagerFactory.getInstance("PKIX");
    trusted.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trusted.getTrustManagers(), null);
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    server.createContext("/", exchange -> answer(exchange));
    server.start();
    try {
      URI address = URI.create("https://localhost:" + server.getAddress().getPort() + "/");
      HttpClient client = HttpClient.newBuilder().sslContext(context).build();
      HttpRequest request = HttpRequest.newBuilder(address).build();
      is(client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode(), 204);
    } finally {
      server.stop(0);
    }
  }

  private static void answer(com.sun.net.httpserver.HttpExchange exchange) throws IOException {
    exchange.sendResponseHeaders(204, -1);
    exchange.close();
  }

  private static void is(Object found, Object expected) {
    if (!expected.equals(found)) {
      throw new AssertionError(found + " instead of " + expected);
    }
  }
}
