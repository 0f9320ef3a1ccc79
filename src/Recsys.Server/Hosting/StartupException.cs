namespace Recsys.Server.Hosting;

/// <summary>The server can't start, for a reason that the person who starts it can do something about.</summary>
internal sealed class StartupException(string message, Exception? innerException = null) : Exception(message, innerException);
