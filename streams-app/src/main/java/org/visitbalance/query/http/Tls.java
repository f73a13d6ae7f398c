package org.visitbalance.query.http;

import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** A port that speaks TLS only. */
final class Tls {
  private Tls() {}

  static Connector connector(Server server, HttpConfiguration http, ApiServer.Place place) {
    SslContextFactory.Server tls = new SslContextFactory.Server();
    tls.setKeyStorePath(place.keystore());
    tls.setKeyStorePassword(place.keystorePassword());
    tls.setIncludeProtocols("TLSv1.3", "TLSv1.2");
    HttpConfiguration secure = new HttpConfiguration(http);
    // Which name a client calls it by is the certificate's affair, which the client checks.
    secure.addCustomizer(new SecureRequestCustomizer(false));
    ServerConnector connector =
        new ServerConnector(
            server, new SslConnectionFactory(tls, "http/1.1"), new HttpConnectionFactory(secure));
    connector.setHost(place.host());
    connector.setPort(place.port());
    return connector;
  }
}
