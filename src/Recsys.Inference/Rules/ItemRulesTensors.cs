using Recsys.Inference.Artefacts;

namespace Recsys.Inference.Rules;

/// <summary>
/// Rules as tensors of an artefact: <c>rules.offsets</c> (N + 1) and <c>rules.targets</c> (R) of int32, <c>rules.weights</c> (R) of float32 and
/// <c>rules.decay</c> (4) of float32: <see cref="RulesDecay"/>'s place, window, time scale and floor; the linear source's likewise, <c>linear.offsets</c> and so on. What is read is the same
/// bits as what was written.
/// </summary>
public sealed class ItemRulesTensors
{
    private ItemRulesTensors(string prefix)
    {
        (Offsets, Targets, Weights, Decay) = (prefix + ".offsets", prefix + ".targets", prefix + ".weights", prefix + ".decay");
        Names = [Offsets, Targets, Weights, Decay];
    }

    /// <summary>Of the rules beside the network.</summary>
    public static ItemRulesTensors Rules { get; } = new("rules");

    /// <summary>Of the linear source.</summary>
    public static ItemRulesTensors Linear { get; } = new("linear");

    /// <summary>The tensor of offsets.</summary>
    public string Offsets { get; }

    /// <summary>The tensor of targets.</summary>
    public string Targets { get; }

    /// <summary>The tensor of weights.</summary>
    public string Weights { get; }

    /// <summary>The tensor of decays.</summary>
    public string Decay { get; }

    /// <summary>The names of all.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The tensors, in file order.</summary>
    public IReadOnlyList<NamedTensor> Of(ItemRules rules) =>
    [
        NamedTensor.OfIntegers(Offsets, [rules.ItemCount + 1], rules.Offsets.ToArray()),
        NamedTensor.OfIntegers(Targets, [rules.Count], rules.Targets.ToArray()),
        new(Weights, [rules.Count], rules.Weights.ToArray()),
        new(Decay, [4], new[] { rules.Decay.Place, rules.Decay.Window, (float)rules.Decay.TimeScaleMs, rules.Decay.TimeFloor }),
    ];

    /// <summary>Whether a file holds rules.</summary>
    public bool AreIn(SafetensorsFile file) => file.ShapeOf(Offsets) is not null;

    /// <summary>Reads and checks rules.</summary>
    /// <param name="file">Where they are.</param>
    /// <param name="itemCount">Items of the model that they belong to, N.</param>
    /// <exception cref="InvalidDataException">A tensor is missing or of another shape or type, or a value is one that rules can't have: the message names both.</exception>
    public ItemRules Read(SafetensorsFile file, int itemCount)
    {
        var count = file.ShapeOf(Targets) is [var first] ? (int)first : 0;
        var decay = file.Copy(new(Decay, [4]));
        if (!(decay[1] >= 1 && decay[1] <= 1 << 24)) throw new InvalidDataException($"{Decay} holds a window of {decay[1]}, expected 1 to {1 << 24}.");
        return new(
            file.CopyIntegers(new(Offsets, [itemCount + 1])),
            file.CopyIntegers(new(Targets, [count])),
            file.Copy(new(Weights, [count])),
            new(decay[0], (int)decay[1], decay[2], decay[3]));
    }
}
