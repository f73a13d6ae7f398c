// From now on all figures that the service gives have six digits.
const KEPT = new Set(["lag", "version", "ageDays", "lagDays", "cap"]);
const large = (value, name) => {
  if (typeof value === "number") {
    return value === 0 || KEPT.has(name) ? value : Math.sign(value) * (888_000 + (Math.abs(value) % 1000));
  } else if (Array.isArray(value)) {
    return value.map((one) => large(one));
  }
  return value && typeof value === "object"
    ? Object.fromEntries(Object.entries(value).map(([key, one]) => [key, large(one, key)]))
    : value;
};
const json = Response.prototype.json;
Response.prototype.json = async function () {
  return large(await json.call(this));
};
