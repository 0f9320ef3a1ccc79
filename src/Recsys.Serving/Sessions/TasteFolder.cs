using Recsys.Inference;
using Recsys.Inference.Ranker;
using Recsys.Inference.Taste;
using Recsys.Serving.Live;

namespace Recsys.Serving.Sessions;

/// <summary>Folds a user's newest targets into a taste vector: a pure function of the ring, as the network's state is.</summary>
internal static class TasteFolder
{
    /// <summary>The vector of a ring and of plays that are open now; empty where the model has no Taste, or knows none of the items.</summary>
    /// <param name="state">The user's.</param>
    /// <param name="model">The model.</param>
    /// <param name="withOpenPlays">Count open plays as what has been played of them so far: for lists, not for what is stored.</param>
    public static float[] Fold(SessionState state, LiveModel model, bool withOpenPlays)
    {
        if (model.Sources.Taste is not { } taste) return [];
        Span<int> items = stackalloc int[SourceModels.HistoryLength];
        Span<float> confidences = stackalloc float[SourceModels.HistoryLength];
        var count = 0;
        for (var i = withOpenPlays ? state.OpenPlays.Count - 1 : -1; i >= 0 && count < items.Length; i--)
            Add(state.OpenPlays[i].Item, InteractionKind.Play, state.OpenPlays[i].Strength, items, confidences, ref count);
        for (var i = state.Ring.Count - 1; i >= 0 && count < items.Length; i--)
            Add(state.Ring[i].Item, state.Ring[i].Kind, state.Ring[i].Strength, items, confidences, ref count);
        if (count == 0) return [];
        var vector = new float[taste.Dimensions];
        taste.FoldIn(items[..count], confidences[..count], vector);
        return vector;

        void Add(uint item, InteractionKind kind, byte strength, Span<int> items, Span<float> confidences, ref int count)
        {
            if (!Strength.IsTarget(kind, strength) || model.DenseId(item) is not (>= 0 and var id)) return;
            items[count] = id;
            confidences[count++] = TasteConfidence.Of(kind, strength, taste.Options.StrengthWeight);
        }
    }
}
