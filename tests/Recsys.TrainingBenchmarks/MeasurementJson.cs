using System.Text.Json.Serialization;

namespace Recsys.TrainingBenchmarks;

[JsonSerializable(typeof(Measurement))]
internal sealed partial class MeasurementJson : JsonSerializerContext;
