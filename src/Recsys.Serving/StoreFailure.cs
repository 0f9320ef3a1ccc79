using Recsys.Storage;

namespace Recsys.Serving;

/// <summary>Turns a store that is down into the engine's own error.</summary>
internal static class StoreFailure
{
    /// <summary>The reason of every such error.</summary>
    public const string Reason = "STORE_UNAVAILABLE";

    /// <summary>Awaits a call to the store.</summary>
    /// <exception cref="EngineException">Unavailable.</exception>
    public static async ValueTask<T> OrUnavailable<T>(this ValueTask<T> call)
    {
        try
        {
            return await call;
        }
        catch (StoreUnavailableException e)
        {
            throw new EngineException(EngineErrorKind.Unavailable, Reason, e.Message, innerException: e);
        }
    }

    /// <summary>Makes a call to the store, which may fail before there is anything to await.</summary>
    /// <exception cref="EngineException">Unavailable.</exception>
    public static async ValueTask<T> GuardAsync<T>(Func<ValueTask<T>> call)
    {
        try
        {
            return await call();
        }
        catch (StoreUnavailableException e)
        {
            throw new EngineException(EngineErrorKind.Unavailable, Reason, e.Message, innerException: e);
        }
    }
}
