package neighbors;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.storage.Converter;

/**
 * Stands in for Confluent's AvroConverter, which is not on Maven Central: reads values in the same
 * wire format, with the same call to the registry, into the same kinds of Connect data.
 */
public class StandInConverter implements Converter {
  private final Map<Integer, org.apache.avro.Schema> schemas = new HashMap<>();
  private final Map<org.apache.avro.Schema, Schema> types = new HashMap<>();
  private String url = "";

  @Override
  public void configure(Map<String, ?> configs, boolean isKey) {
    url = configs.get("schema.registry.url").toString();
  }

  @Override
  public byte[] fromConnectData(String topic, Schema schema, Object value) {
    throw new UnsupportedOperationException("it only reads");
  }

  @Override
  public SchemaAndValue toConnectData(String topic, byte[] bytes) {
    if (bytes == null) {
      return SchemaAndValue.NULL;
    }
    int id = ByteBuffer.wrap(bytes, 1, 4).getInt();
    org.apache.avro.Schema written = schemas.computeIfAbsent(id, this::ask);
    try {
      Object datum =
          new GenericDatumReader<>(written)
              .read(null, DecoderFactory.get().binaryDecoder(bytes, 5, bytes.length - 5, null));
      Schema type = types.computeIfAbsent(written, any -> type(any, false));
      return new SchemaAndValue(type, value(type, datum));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private org.apache.avro.Schema ask(int id) {
    try {
      HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/schemas/ids/" + id)).build();
      String body =
          HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body();
      String text =
          new com.fasterxml.jackson.databind.ObjectMapper().readTree(body).path("schema").asText();
      return new org.apache.avro.Schema.Parser().parse(text);
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Schema type(org.apache.avro.Schema avro, boolean isOptional) {
    boolean isDate =
        avro.getLogicalType() != null && avro.getLogicalType().getName().equals("date");
    SchemaBuilder builder;
    switch (avro.getType()) {
      case UNION:
        return type(avro.getTypes().get(1), true);
      case RECORD:
        builder = SchemaBuilder.struct().name(avro.getFullName());
        for (org.apache.avro.Schema.Field field : avro.getFields()) {
          builder.field(field.name(), type(field.schema(), false));
        }
        break;
      case ARRAY:
        builder = SchemaBuilder.array(type(avro.getElementType(), false));
        break;
      case MAP:
        builder = SchemaBuilder.map(Schema.STRING_SCHEMA, type(avro.getValueType(), false));
        break;
      case INT:
        builder =
            isDate ? org.apache.kafka.connect.data.Date.builder() : SchemaBuilder.int32();
        break;
      case LONG:
        builder = SchemaBuilder.int64();
        break;
      case BOOLEAN:
        builder = SchemaBuilder.bool();
        break;
      default:
        builder = SchemaBuilder.string();
    }
    return isOptional ? builder.optional().build() : builder.build();
  }

  private static Object value(Schema type, Object datum) {
    if (datum == null) {
      return null;
    }
    switch (type.type()) {
      case STRUCT:
        IndexedRecord record = (IndexedRecord) datum;
        Struct struct = new Struct(type);
        type.fields()
            .forEach(field -> struct.put(field, value(field.schema(), record.get(field.index()))));
        return struct;
      case ARRAY:
        List<Object> list = new ArrayList<>();
        ((Iterable<?>) datum).forEach(one -> list.add(value(type.valueSchema(), one)));
        return list;
      case MAP:
        Map<Object, Object> map = new HashMap<>();
        ((Map<?, ?>) datum)
            .forEach((key, one) -> map.put(key.toString(), value(type.valueSchema(), one)));
        return map;
      case STRING:
        return datum.toString();
      case INT32:
        boolean isDate = org.apache.kafka.connect.data.Date.LOGICAL_NAME.equals(type.name());
        return isDate ? new Date(86_400_000L * (Integer) datum) : datum;
      default:
        return datum;
    }
  }
}
