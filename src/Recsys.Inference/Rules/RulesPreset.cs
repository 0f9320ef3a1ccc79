namespace Recsys.Inference.Rules;

/// <summary>Settings for a data set by its shape.</summary>
public static class RulesPreset
{
    /// <summary>Chooses settings.</summary>
    public static RulesOptions Choose(RulesShape shape)
    {
        if (!shape.OrderKnown) return new() { Consistency = 1, Ridge = 500, Decay = 1, Window = 1000 };
        var self = shape.RepeatRate > 0.02 ? float.PositiveInfinity : 0;
        return shape.MeanLength > 30
            ? new() { SelfWeight = self, PastDecay = 0.8f, Ridge = 200, Decay = 0.7f }
            : new() { SelfWeight = self, PastDecay = 0.8f, FutureDecay = 0.5f, Consistency = 0.5f, Ridge = 30, Decay = 0.5f };
    }
}
