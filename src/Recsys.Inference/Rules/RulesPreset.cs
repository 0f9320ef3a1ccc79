namespace Recsys.Inference.Rules;

/// <summary>
/// Settings for a data set by its shape: whether order means anything, how long sequences are, whether items repeat, interactions an item. What was
/// measured, on validation parts only (NDCG@10 of users' histories, NDCG@20 of sessions):
/// <list type="bullet">
/// <item>Long histories without repeats (165 interactions, 290 an item): consistency 0 gives 0.167, 0.1 0.171, 0.3 0.173, 0.6 0.162; a relative ridge of 0.3
/// beats 0.1 and 1 by 0.001 to 0.002; a ridge from 100 to 300, a past decay from 0.7 to 0.8 and a future decay around 0.3 are flat; a decay of 0.75 when
/// scoring. Keeping 300 targets loses nothing against all 3,416. Counted: 0.165; plain co-occurrence has to stay out of counts (0.1 of it: 0.143).</item>
/// <item>The same cut to the newest nine: consistency 0.3 gives 0.120, 0 0.116, 0.7 0.113; a ridge of 100 beats 30 by 0.002; a past decay of 0.3 loses 0.005. Counted: 0.117.</item>
/// <item>Short sessions with repeats (four clicks): consistency 0.5, past decay 0.1, own weight at most 0.3 and decay 0.4 give 0.433; a past decay of 0.8 with consistency 0.2 to 0.5 gives 0.37 to
/// 0.41. Decay by time in a session gave nothing. Counted: 0.409. With 60,000 items (music, seven plays), where only counting fits: 0.132, sequential rules 0.110.</item>
/// <item>No order (games owned, six a user): a ridge of 100 with a relative one of 0.3 gives 0.248, 50 alone 0.244; EASE with all its weights 0.245. Counted: 0.200.</item>
/// </list>
/// </summary>
public static class RulesPreset
{
    private const double MeanSession = 12;
    private const double MinRepeatRate = 0.02;

    /// <summary>Chooses settings.</summary>
    public static RulesOptions Choose(RulesShape shape)
    {
        var ridge = (float)Math.Clamp(shape.PerItem, 10, 300);
        var self = shape.RepeatRate > MinRepeatRate ? 0.3f : 0;
        if (!shape.OrderKnown) return new() { Consistency = 1, Ridge = 100, RelativeRidge = 0.3f, SelfWeight = self, Decay = 1, Window = 1000, BackwardShare = 1 };
        var solved = ItemRulesFit.IsDense(Math.Max(shape.Items, 1), new());
        if (!solved && IsSessions(shape)) return new() { PastDecay = 0.6f, Decay = 0.5f, BackwardShare = 0.6f, Shrinkage = 3, SelfWeight = float.PositiveInfinity };
        if (!solved) return new() { PastDecay = 0.7f, Decay = 0.75f, BackwardShare = 0.3f, PopularityPower = 0.2f, SelfWeight = self };
        return IsSessions(shape)
            ? new() { Consistency = 0.5f, PastDecay = 0.1f, FutureDecay = 0.3f, Ridge = ridge, SelfWeight = self, Decay = 0.4f }
            : new() { Consistency = 0.3f, PastDecay = 0.7f, FutureDecay = 0.3f, Ridge = 100, RelativeRidge = 0.2f, SelfWeight = self, Decay = 0.75f };
    }

    /// <summary>
    /// Settings worth trying by <see cref="RulesSelection"/>, the default first: nearer and farther pasts, less and more consistency; where times are known also recent sequences counting more
    /// (SLIST), and pairs counting less the longer the time between them (TALE). Each costs a fit.
    /// </summary>
    public static IReadOnlyList<RulesOptions> Candidates(RulesShape shape)
    {
        var first = Choose(shape);
        if (!shape.OrderKnown) return [first, first with { Ridge = first.Ridge * 5 }, first with { Ridge = first.Ridge / 5 }];
        var other = Choose(IsSessions(shape) ? shape with { RepeatRate = 0 } : shape with { RepeatRate = 1, Interactions = 4L * shape.Sequences });
        return
        [
            first,
            first with { Consistency = first.Consistency / 3, BackwardShare = 0.1f },
            first with { PopularityPower = 0.2f - first.PopularityPower },
            other with { SelfWeight = first.SelfWeight, Ridge = first.Ridge },
            .. shape.SpanMs > 0 ? [first with { RecencyScaleMs = shape.SpanMs / 3.0 }, first with { RecencyScaleMs = shape.SpanMs / 15.0 }] : (RulesOptions[])[],
            .. shape.GapMs > 0 ? [first with { TimeScaleMs = 10.0 * shape.GapMs }] : (RulesOptions[])[],
        ];
    }

    // Short sequences in which items come again: visits, not people.
    private static bool IsSessions(RulesShape shape) => shape.MeanLength < MeanSession && shape.RepeatRate > MinRepeatRate;
}
