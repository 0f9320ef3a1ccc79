namespace Recsys.Inference.Kernels;

/// <summary>The last lanes of a span whose length is not a multiple of the lanes: read as if zeros followed.</summary>
internal static class Tail
{
    internal static T Load<T>(ReadOnlySpan<float> rest)
        where T : struct, ILanes<T>
    {
        Span<float> whole = stackalloc float[16];
        whole.Clear();
        rest.CopyTo(whole);
        return T.Load(in whole[0]);
    }

    internal static void Store<T>(T lanes, Span<float> rest)
        where T : struct, ILanes<T>
    {
        Span<float> whole = stackalloc float[16];
        lanes.Store(ref whole[0]);
        whole[..rest.Length].CopyTo(rest);
    }
}
