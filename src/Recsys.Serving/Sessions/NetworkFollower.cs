using Recsys.Inference;
using Recsys.Inference.Networks;
using Recsys.Inference.Ranker;
using Recsys.Serving.Live;

namespace Recsys.Serving.Sessions;

/// <summary>
/// Keeps a state's network slot in step with its ring: one step for each interaction whose item the model knows, from zero over the ring. A slot that is missing, of
/// another model or gone with a cut is made anew. Because values are float16 after every step, it doesn't matter when the steps were taken.
/// </summary>
internal static class NetworkFollower
{
    /// <summary>
    /// Brings the slots of the live model and of the user's variant up to the ring's end and drops slots of other models, except what is prepared of the next one, which stays as it is: it
    /// catches up when its model is live. Without a model there is no slot.
    /// </summary>
    /// <param name="state">The state.</param>
    /// <param name="model">The live model, or null.</param>
    /// <param name="next">The one that is about to be live, or null.</param>
    /// <param name="variant">That of the user's variant in an experiment; null: none but the live one.</param>
    /// <returns>The live model's slot.</returns>
    public static NetworkSlot? Follow(SessionState state, LiveModel? model, LiveModel? next = null, LiveModel? variant = null)
    {
        if (variant?.Fingerprint == model?.Fingerprint) variant = null;
        if (next?.Fingerprint == model?.Fingerprint || next?.Fingerprint == variant?.Fingerprint) next = null;
        var (slot, prepared, beside) = (Find(state, model), Find(state, next), Find(state, variant));
        state.Slots.Clear();
        if (state.Ring.Count == 0) return null;
        if (model is not null) state.Slots.Add(slot = Advanced(state, model, slot));
        if (prepared is not null) state.Slots.Add(prepared);
        if (variant is not null) state.Slots.Add(Advanced(state, variant, beside));
        return slot;
    }

    /// <summary>Adds or brings up the slot of the model that comes next, beside the live one's and that of the user's variant; false: there is nothing to do.</summary>
    public static bool Prepare(SessionState state, LiveModel next, LiveModel? variant = null)
    {
        var slot = Find(state, next);
        if (state.Ring.Count == 0 || slot?.Consumed == state.Ring.Count) return false;
        if (slot is null)
        {
            // The live model's is the first one; whatever else there is but the variant's belongs to no model that lists will be made by.
            var beside = Find(state, variant);
            if (state.Slots.Count > 1) state.Slots.RemoveRange(1, state.Slots.Count - 1);
            state.Slots.Add(Advanced(state, next, null));
            if (beside is not null && !state.Slots.Contains(beside)) state.Slots.Add(beside);
        }
        else
        {
            Advanced(state, next, slot);
        }

        return true;
    }

    private static NetworkSlot? Find(SessionState state, LiveModel? model) =>
        model is null ? null : state.Slots.Find(slot => slot.Fingerprint == model.Fingerprint && slot.Values.Length == model.Network.SlotLength);

    /// <summary>The slot of the model of one list, for a state that isn't stored: another list of it may be made by another model, so the slots of others stay.</summary>
    private static NetworkSlot? Ready(SessionState state, LiveModel model)
    {
        if (state.Ring.Count == 0) return null;
        var stored = Find(state, model);
        var slot = Advanced(state, model, stored);
        if (stored is null) state.Slots.Add(slot);
        return slot;
    }

    private static NetworkSlot Advanced(SessionState state, LiveModel model, NetworkSlot? slot)
    {
        slot ??= new() { Fingerprint = model.Fingerprint, Values = new Half[model.Network.SlotLength] };
        Span<SessionStep> steps = stackalloc SessionStep[state.Ring.Count - slot.Consumed];
        for (var i = 0; i < steps.Length; i++)
        {
            var at = slot.Consumed + i;
            var interaction = state.Ring[at];
            var gap = at == 0 ? TimeGap.Unknown : TimeGap.Bucket(interaction.TimeMs - state.Ring[at - 1].TimeMs);
            steps[i] = new(model.DenseId(interaction.Item), interaction.Kind, interaction.Strength, gap);
        }

        model.Network.Advance(slot.Values, steps);

        // A slot that was stored before the model's taste was, or is new, has none yet.
        if (steps.Length > 0 || slot.Taste.Length == 0) slot.Taste = TasteFolder.Fold(state, model, withOpenPlays: false);
        slot.Consumed = state.Ring.Count;
        return slot;
    }

    /// <summary>
    /// Dense ids of the newest interactions that are something to predict, open plays included, oldest first: what the sources beside the network go by. -1 where the model doesn't know the
    /// item.
    /// </summary>
    public static int[] Recent(SessionState state, LiveModel model)
    {
        var wanted = Math.Min(Math.Max(model.Partners.Window, SourceModels.HistoryLength), state.Ring.Count + state.OpenPlays.Count);
        var recent = new int[wanted];
        var free = wanted;
        for (var i = state.OpenPlays.Count - 1; i >= 0 && free > 0; i--)
        {
            var play = state.OpenPlays[i];
            if (Strength.IsTarget(InteractionKind.Play, play.Strength)) recent[--free] = model.DenseId(play.Item);
        }

        for (var i = state.Ring.Count - 1; i >= 0 && free > 0; i--)
        {
            var interaction = state.Ring[i];
            if (Strength.IsTarget(interaction.Kind, interaction.Strength)) recent[--free] = model.DenseId(interaction.Item);
        }

        return free == 0 ? recent : recent[free..];
    }

    /// <summary>When the user last did anything, Unix ms; 0: never.</summary>
    public static long LastMs(SessionState state) => state.OpenPlays.Count > 0 ? state.OpenPlays[^1].LastMs : state.Ring.Count > 0 ? state.Ring[^1].TimeMs : 0;

    /// <summary>The taste vector for a list: what is stored, or with what has been played of open plays. Call after <see cref="TryOutput"/>, which brings the slot up.</summary>
    /// <param name="state">As for <see cref="TryOutput"/>.</param>
    /// <param name="model">The model that the list is made by.</param>
    public static float[] Taste(SessionState state, LiveModel model) =>
        state.OpenPlays.Count > 0 ? TasteFolder.Fold(state, model, withOpenPlays: true) : Find(state, model)?.Taste ?? [];

    /// <summary>
    /// The network's output for a list: after the ring and, provisionally, after the open plays with what has been played of them, oldest first. The state is the caller's
    /// own copy and must not be stored afterwards.
    /// </summary>
    /// <param name="state">Plays that have timed out by now must be closed already.</param>
    /// <param name="model">The model that the list is made by.</param>
    /// <param name="moment">For when the list is, Unix ms.</param>
    /// <param name="output">Receives (E) values.</param>
    /// <returns>False: the model knows nothing that the user did.</returns>
    public static bool TryOutput(SessionState state, LiveModel model, long moment, Span<float> output)
    {
        var knows = false;
        for (var i = state.Ring.Count - 1; i >= 0 && !knows; i--) knows = model.DenseId(state.Ring[i].Item) >= 0;
        Span<SessionStep> steps = stackalloc SessionStep[state.OpenPlays.Count];
        for (var i = 0; i < steps.Length; i++)
        {
            var play = state.OpenPlays[i];
            var before = i > 0 ? state.OpenPlays[i - 1].LastMs : state.Ring.Count > 0 ? state.Ring[^1].TimeMs : (long?)null;
            steps[i] = new(model.DenseId(play.Item), InteractionKind.Play, play.Strength, before is { } time ? TimeGap.Bucket(play.LastMs - time) : TimeGap.Unknown);
            knows |= steps[i].Item >= 0;
        }

        if (!knows) return false;
        var values = Ready(state, model)?.Values ?? new Half[model.Network.SlotLength];

        // A copy, so that another list of the same state doesn't take the open plays' steps again.
        if (steps.Length > 0) values = (Half[])values.Clone();
        model.Network.Advance(values, steps);
        model.Network.ReadOutput(values, output, TimeGap.Bucket(moment - LastMs(state)));
        return true;
    }
}
