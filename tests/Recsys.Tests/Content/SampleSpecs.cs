using Recsys.Content.Examples;
using Recsys.Content.Networks;
using Recsys.Content.Preprocessing;

namespace Recsys.Tests.Content;

/// <summary>Specs and examples for tests.</summary>
internal static class SampleSpecs
{
    internal static NetworkSpec Of(NetworkKind kind, params ColumnSettings[] columns) => new() { Columns = columns, Target = "label", Network = new() { Kind = kind } };

    internal static LabelledExample Example(
        (string Column, ExampleValue Value)[] values, ExamplePart? part = ExamplePart.Train, string? label = null, double target = 0, string origin = "line 1") =>
        new(values.ToDictionary(value => value.Column, value => value.Value), label is null ? [] : [label], target, part, origin);

    internal static NetworkManifest Manifest(NetworkSpec spec, FittedTarget target) => new()
    {
        Created = DateTimeOffset.UnixEpoch,
        CodeVersion = "test",
        Spec = spec,
        Target = target,
        Calibration = NetworkCalibration.None,
        Data = new() { Train = 3, Validation = 2, Test = 1 },
    };
}
