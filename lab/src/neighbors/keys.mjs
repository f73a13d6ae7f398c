import { Kafka, Partitioners, logLevel } from "kafkajs";
import { key } from "./nanos.mjs";
const kafka = new Kafka({ clientId: "keys", brokers: ["localhost:9092"], logLevel: logLevel.ERROR });
const topic = "neighbors.keys";
if (process.argv[2] === "send") {
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic, numPartitions: 12 }] });
  await admin.disconnect();
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  const messages = [...Array(300).keys()].map((i) => ({
    key: key("HARBOR", `patient ${i}|é`),
    value: "javascript",
  }));
  await producer.send({ topic, messages });
  await producer.disconnect();
} else {
  const places = new Map();
  const seen = new Set(); // A retry may send a record twice.
  const consumer = kafka.consumer({ groupId: `keys-${Date.now()}` });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  const done = new Promise((resolve) => {
    consumer.run({
      eachMessage: async ({ partition, message }) => {
        const name = message.key.toString();
        places.set(name, (places.get(name) ?? new Set()).add(partition));
        if (seen.add(`${name} ${message.value}`).size === 600) resolve();
      },
    });
  });
  await done;
  await consumer.disconnect();
  const torn = [...places.values()].filter((one) => one.size > 1).length;
  console.log(`${places.size} keys, ${torn} in two partitions`);
  process.exit(torn === 0 ? 0 : 1);
}
