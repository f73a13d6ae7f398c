from producer import key, producer
for i in range(300):
    producer.produce("neighbors.keys", key=key("HARBOR", "patient %d|é" % i), value=b"python")
producer.flush()
