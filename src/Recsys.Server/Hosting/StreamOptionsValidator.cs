using Microsoft.Extensions.Options;

namespace Recsys.Server.Hosting;

/// <summary>Checks <see cref="StreamOptions"/> by its attributes.</summary>
[OptionsValidator]
internal sealed partial class StreamOptionsValidator : IValidateOptions<StreamOptions>;
