%matplotlib inline
!pip install -q tqdm
from tqdm.auto import tqdm
def predict(model, image_file):
    out = model(process_input(image_file))
    p = torch.nn.functional.softmax(out[0], dim=0)
    top5_prob, top5_catid = torch.topk(p, 5)
    result = []
    for i in tqdm(range(top5_prob.size(0))):
        print(classes[top5_catid[i]], top5_prob[i].item())
        result.append((classes[top5_catid[i]], top5_catid[i].item(), top5_prob[i].item()))
    plt.figure(); plt.barh([r[0] for r in result], [r[2] for r in result]); plt.show()
    return result
