using System.Globalization;
using System.Text.Json.Nodes;

namespace Recsys.Training.Tuning;

/// <summary>What one setting may be: one of some values, or a number of a range.</summary>
internal sealed record Dimension
{
    /// <summary>Digits of a drawn number: more than these tell nothing, and fewer are easier to read.</summary>
    private const string Digits = "G4";

    /// <summary>The setting, dotted: <c>network.hidden_size</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The values to choose from; empty: it's a range.</summary>
    public IReadOnlyList<JsonNode> Choices { get; init; } = [];

    /// <summary>The lower end of a range, itself in it.</summary>
    public double From { get; init; }

    /// <summary>The upper end of a range, itself in it.</summary>
    public double To { get; init; }

    /// <summary>Whether a range is drawn from by the number's logarithm, so that each factor is as likely as any other.</summary>
    public bool Log { get; init; }

    /// <summary>Whether a range has whole numbers only.</summary>
    public bool Whole { get; init; }

    /// <summary>The values at the edge of what there is: where all of these are allowed, everything is.</summary>
    public IEnumerable<JsonNode> Extremes() => Choices.Count > 0 ? Choices : [Number(From), Number(To)];

    /// <summary>A value.</summary>
    public JsonNode Draw(Random random)
    {
        if (Choices.Count > 0)
            return Choices[random.Next(Choices.Count)].DeepClone();
        // A whole number stands for everything from itself to the next one.
        var (low, high) = (From, Whole ? To + 1 : To);
        var share = random.NextDouble();
        var drawn = Log ? Math.Exp(Math.Log(low) + (share * (Math.Log(high) - Math.Log(low)))) : low + (share * (high - low));
        return Number(Math.Clamp(Whole ? Math.Floor(drawn) : double.Parse(drawn.ToString(Digits, CultureInfo.InvariantCulture), CultureInfo.InvariantCulture), From, To));
    }

    /// <summary>The dimension as a space's file says it.</summary>
    public JsonNode ToJson() => Choices.Count > 0
        ? new JsonArray([.. Choices.Select(choice => choice.DeepClone())])
        : new JsonObject { ["from"] = Number(From), ["to"] = Number(To), ["scale"] = Log ? "log" : "linear" };

    private JsonValue Number(double value) => Whole ? JsonValue.Create((long)value) : JsonValue.Create(value);
}
